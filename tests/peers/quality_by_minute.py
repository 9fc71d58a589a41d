#!/usr/bin/env python3
"""Fréchet distance against minutes of training: recipes of ganvas and the plain PyTorch DCGAN, one after the other.

    quality_by_minute.py --ganvas PROGRAM --data SRC --images FOLDER --out DIR [--minutes 10] [--at 1 2 3 5 7 10]
                         [--rows quick dcgan example quick-float32] [--count 3500] [--environment DIR]

SRC is what ganvas trains on and FOLDER the same pictures as files, for the example (peer_dcgan.py). Each row trains for
--minutes of its own clock on an idle machine; then the model of each minute of --at is measured by `ganvas eval` (lite0,
--count pictures), the example's from pictures that it wrote at those minutes with its clock held. A row that was measured
before (DIR/ROW/measured.json) is not run again. Writes DIR/quality.md (a table) and DIR/quality.svg (the curves).
Packages: requirements.txt beside this file; --environment makes one (peer_environment.py).
"""
import argparse
import csv
import json
import math
import pathlib
import shutil
import sys

import peer_environment
from peer_programs import distance, run, settings

HERE = pathlib.Path(__file__).resolve().parent
COLOURS = {"quick": "#1f77b4", "quick-float32": "#17becf", "dcgan": "#d62728", "example": "#7f7f7f"}
TITLES = {"quick": "quick", "quick-float32": "quick in float32", "dcgan": "dcgan", "example": "PyTorch's example"}


def recipe(options, row, folder):
    """A checkpoint a minute; those of --at are measured, at the time and number of pictures that the run wrote down."""
    assignments = {"train.checkpoint_minutes": 1, "train.keep_checkpoints": 1000, "measure.live": "false", "train.seed": 1}
    if row.endswith("-float32"):
        assignments["train.precision"] = "float32"
    run(options.ganvas, "train", "--data", options.data, "--recipe", row.removesuffix("-float32"), "--minutes", options.minutes,
        "--out", folder / "run", "--json", *settings(assignments))
    with open(folder / "run" / "metrics.csv", newline="") as file:
        moments = [(int(line["step"]), float(line["seconds"]), int(line["images"])) for line in csv.DictReader(file)
                   if line["kind"] == "training"]
    points, left = [], sorted(options.at)
    step_of = lambda checkpoint: int(checkpoint.stem.removeprefix("step-"))  # noqa: E731
    for checkpoint in sorted((folder / "run" / "checkpoints").glob("step-*.safetensors"), key=step_of):
        step = step_of(checkpoint)
        _, seconds, images = min(moments, key=lambda moment: abs(moment[0] - step))
        while left and seconds / 60 > left[0] + 0.4:
            left.pop(0)
        if left and abs(seconds / 60 - left[0]) <= 0.4:
            points.append({"minute": seconds / 60, "images": images, "fd": distance(options.ganvas, checkpoint, options.data, options.count)})
            left.pop(0)
    if not points:
        sys.exit(f"no checkpoint of {folder / 'run'} is near any minute of --at")
    return points


def example(options, folder):
    run(sys.executable, HERE / "peer_dcgan.py", "--images", options.images, "--minutes", options.minutes, "--out", folder / "run",
        "--samples", options.count, "--at", *options.at)
    points = []
    for rate in sorted((folder / "run").glob("at-*/rate.json"), key=lambda file: json.loads(file.read_text())["seconds"]):
        now = json.loads(rate.read_text())
        points.append({"minute": now["seconds"] / 60, "images": now["images"], "fd": distance(options.ganvas, rate.parent / "samples", options.data, options.count)})
    return points


def measured(options, row):
    folder = options.out / row
    result = folder / "measured.json"
    if not result.exists():
        print(f"training {row}", file=sys.stderr, flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        points = example(options, folder) if row == "example" else recipe(options, row, folder)
        result.write_text(json.dumps(points, indent=1) + "\n")
    return json.loads(result.read_text())


def table(found):
    minutes = sorted({round(point["minute"]) for points in found.values() for point in points})
    lines = ["| | " + " | ".join(f"{minute} min" for minute in minutes) + " | pictures seen |",
             "| --- " * (len(minutes) + 2) + "|"]
    for row, points in found.items():
        at = {round(point["minute"]): point["fd"] for point in points}
        lines.append(f"| {TITLES.get(row, row)} | " + " | ".join(f"{at[m]:.1f}" if m in at else "" for m in minutes)
                     + f" | {points[-1]['images']:,} |")
    return "\n".join(lines) + "\n"


def drawing(found, title):
    """The curves as SVG: minutes across, distance upwards on a logarithmic axis."""
    width, height, left, top, right, bottom = 640, 400, 60, 40, 150, 45
    values = [point["fd"] for points in found.values() for point in points]
    low, high = math.log10(min(values) * 0.9), math.log10(max(values) * 1.1)
    longest = max(point["minute"] for points in found.values() for point in points)
    x = lambda minute: left + (width - left - right) * minute / longest  # noqa: E731
    y = lambda value: top + (height - top - bottom) * (high - math.log10(value)) / (high - low)  # noqa: E731
    text = 'font-family="sans-serif" font-size="12" fill="#333"'
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
             f'<rect width="{width}" height="{height}" fill="white"/>',
             f'<text x="{left}" y="22" {text} font-weight="bold">{title}</text>',
             f'<text x="{(left + width - right) / 2}" y="{height - 8}" {text} text-anchor="middle">minutes of training</text>']
    for value in (factor * 10 ** power for power in range(0, 5) for factor in (1, 2, 3, 5, 7)):
        if low <= math.log10(value) <= high:
            lines += [f'<line x1="{left}" x2="{width - right}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="#ddd"/>',
                      f'<text x="{left - 6}" y="{y(value) + 4:.1f}" {text} text-anchor="end">{value:g}</text>']
    for minute in range(0, math.floor(longest + 0.5) + 1):
        lines.append(f'<text x="{x(minute):.1f}" y="{height - bottom + 16}" {text} text-anchor="middle">{minute}</text>')
    for row, points in found.items():
        colour = COLOURS.get(row, "#9467bd")
        path = " ".join(f"{x(point['minute']):.1f},{y(point['fd']):.1f}" for point in points)
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines += [f'<circle cx="{x(point["minute"]):.1f}" cy="{y(point["fd"]):.1f}" r="3" fill="{colour}"/>' for point in points]
        end = points[-1]
        lines.append(f'<text x="{x(end["minute"]) + 8:.1f}" y="{y(end["fd"]) + 4:.1f}" {text}>{TITLES.get(row, row)}, '
                     f'{end["fd"]:.0f}</text>')
    return "\n".join(lines) + "\n</svg>\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ganvas", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--images", required=True, help="the same pictures as files")
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--at", type=int, nargs="+", default=[1, 2, 3, 5, 7, 10])
    parser.add_argument("--rows", nargs="+", default=["quick", "dcgan", "example"])
    parser.add_argument("--count", type=int, default=3500)
    parser.add_argument("--title", default="Fréchet distance (lite0) against minutes of training")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    found = {row: measured(options, row) for row in options.rows}
    (options.out / "quality.md").write_text(table(found))
    (options.out / "quality.svg").write_text(drawing(found, options.title))
    print(table(found), end="")


if __name__ == "__main__":
    peer_environment.enter()
    main()
