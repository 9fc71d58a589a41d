#!/usr/bin/env python3
"""Measures a built ganvas on this machine, one thing after another, and prints docs/measured.md's table.

    tools/measure.py [--ganvas build/release/bin/ganvas] [--seconds 20] > table.md

Run it on an idle machine, with a screen (DISPLAY; Xvfb does) for the window's figures: some six minutes. Figures of
other programs in the same run come from tests/peers/quality.py.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
WIDE = ("--recipe", "dcgan", "--set", "generator.width=64", "--set", "discriminator.width=64")

# bench, its key, what it is, unit, what is asked for
ROWS = (
    ("gui", "frame_ms_p99", "frame, 99th percentile, the worse of the shipped model and `dcgan` at width 64 training", "ms", "≤ 33"),
    ("gui", "slider_to_pixels_ms_p95", "slider to pixels while training, 95th percentile", "ms", "≤ 50"),
    ("gui", "training_rate_kept", "training's rate beside an untouched window, of that without one, median of six turns", "", "≥ 0.90"),
    ("gui", "training_rate_kept_lowest", "… the lowest of six turns", "", ""),
    ("gui", "training_rate_kept_highest", "… the highest of six turns", "", ""),
    ("gui", "training_rate_kept_minimised", "training's rate beside a minimised window, of that without one", "", "≥ 0.98"),
    ("gui", "idle_core_share", "idle window, of one core", "", "≤ 0.02"),
    ("gui", "first_face_seconds", "start to the first generated face", "s", "≤ 2"),
    ("quick", "images_per_second", "training, recipe `quick`", "images/s", ""),
    ("wide", "images_per_second", "training, `dcgan` at width 64, precision as the processor has it", "images/s", ""),
    ("wide32", "images_per_second", "the same in float32", "images/s", ""),
    ("wide", "checkpoint_pause_ms", "pause of training for a checkpoint, `dcgan` at width 64, the longest of some", "ms", "≤ 50"),
    ("wide", "waited_for_data_percent", "waiting for data, of a step", "%", "≤ 2"),
    ("latent", "preview_ms_p95", "one picture, request to pixels in memory, 95th percentile", "ms", "≤ 8"),
    ("latent", "strip_64_ms", "a strip of 64", "ms", "≤ 250"),
    ("data", "faces_per_second_one_core", "faces drawn on one core", "faces/s", "2,000 on two"),
    ("data", "faces_cached_open_seconds", "opening faces again from the cache", "s", "≤ 1"),
)


def bench(program, *arguments):
    """The figures of one bench, or none where it cannot run here (no screen)."""
    print("measuring", *arguments, file=sys.stderr)
    done = subprocess.run([program, "bench", *arguments, "--json"], stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.strip().splitlines()[-1]) if done.returncode == 0 else {}


def shown(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ganvas", default=ROOT / "build/release/bin/ganvas")
    parser.add_argument("--seconds", default="20")
    options = parser.parse_args()
    seconds = ("--seconds", options.seconds)
    found = {
        "gui": bench(options.ganvas, "gui"),
        "quick": bench(options.ganvas, "train", "--recipe", "quick", *seconds),
        "wide": bench(options.ganvas, "train", *WIDE, *seconds),
        "wide32": bench(options.ganvas, "train", *WIDE, "--set", "train.precision=float32", *seconds),
        "latent": bench(options.ganvas, "latent"),
        "data": bench(options.ganvas, "data"),
    }
    commit = subprocess.run(["git", "-C", ROOT, "log", "-1", "--format=%h"], stdout=subprocess.PIPE, text=True).stdout.strip()
    print(f"{datetime.date.today()}, commit {commit or 'unknown'}, {os.cpu_count()} processor cores ({platform.machine()}), "
          f"{'bfloat16' if found['wide'].get('bfloat16') else 'float32'}.\n")
    print("| what | here | asked |\n| --- | --- | --- |")
    for name, key, what, unit, asked in ROWS:
        value = found[name].get(key)
        print(f"| {what} | {'not measured' if value is None else f'{shown(value)} {unit}'.strip()} | {asked} |")


if __name__ == "__main__":
    main()
