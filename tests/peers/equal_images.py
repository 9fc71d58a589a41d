#!/usr/bin/env python3
"""Losses and Fréchet distance of recipe `dcgan` and of the plain PyTorch DCGAN after equally many pictures, some seeds each.

    equal_images.py --ganvas PROGRAM --data SRC --images FOLDER --out DIR [--pictures 20000] [--width 64] [--seeds 1 2 3]
                    [--rows example float32 direct bfloat16] [--count 3500] [--environment DIR]

What makes a step fast must not make it learn less. Rows: the example (peer_dcgan.py); the program in float32, with the convolutions that it
chooses, and with LibTorch's own (`direct`); and in bfloat16. SRC is what ganvas trains on and FOLDER the same pictures as files. The
clock plays no part, so the machine may be busy. All distances are by `ganvas eval` (lite0, --count pictures), of the generator's own
weights, without their average, which the example lacks. Losses are means over the last quarter of the steps. A run that was measured
before (DIR/ROW-SEED/measured.json) is not run again. Prints a table: means, and in brackets lowest and highest over the seeds.
"""
import argparse
import csv
import json
import pathlib
import shutil
import statistics
import sys

import peer_environment
from peer_programs import distance, last_json, run, settings

HERE = pathlib.Path(__file__).resolve().parent
ROWS = {"example": ("PyTorch's example, float32", {}),
        "float32": ("ganvas, float32", {"train.precision": "float32"}),
        "direct": ("ganvas, float32, LibTorch's convolutions", {"train.precision": "float32", "train.convolutions": "direct"}),
        "bfloat16": ("ganvas, bfloat16", {"train.precision": "bfloat16"})}


def example(options, seed, folder):
    rate = last_json(run(sys.executable, HERE / "peer_dcgan.py", "--images", options.images, "--minutes", 1e6, "--pictures", options.pictures,
               "--seed", seed, "--width", options.width, "--out", folder, "--samples", options.count))
    return {"fd": distance(options.ganvas, folder / "samples", options.data, options.count), "d": rate["discriminator_loss"], "g": rate["generator_loss"]}


def recipe(options, row, seed, folder):
    assignments = {"train.seed": seed, "measure.live": "false", "average.decay": 0, "train.log_every": 1,
                   "generator.width": options.width, "discriminator.width": options.width, **ROWS[row][1]}
    run(options.ganvas, "train", "--data", options.data, "--recipe", "dcgan", "--images", options.pictures, "--out", folder / "run",
        "--json", *settings(assignments))
    with open(folder / "run" / "metrics.csv", newline="") as file:
        logged = [line for line in csv.DictReader(file) if line["kind"] == "training"]
    last = logged[-max(1, len(logged) // 4):]
    return {"fd": distance(options.ganvas, folder / "run", options.data, options.count), "d": statistics.fmean(float(line["discriminator_loss"]) for line in last),
            "g": statistics.fmean(float(line["generator_loss"]) for line in last)}


def measured(options, row, seed):
    folder = options.out / f"{row}-{seed}"
    result = folder / "measured.json"
    if not result.exists():
        print(f"training {row}, seed {seed}", file=sys.stderr, flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        found = example(options, seed, folder) if row == "example" else recipe(options, row, seed, folder)
        result.write_text(json.dumps(found) + "\n")
    return json.loads(result.read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ganvas", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--images", required=True, help="the same pictures as files")
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--pictures", type=int, default=20000)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--rows", nargs="+", default=list(ROWS), choices=list(ROWS))
    parser.add_argument("--count", type=int, default=3500)
    options = parser.parse_args()
    print("| | Fréchet distance (lite0) | loss of D | loss of G |\n| --- | --- | --- | --- |")
    for row in options.rows:
        found = [measured(options, row, seed) for seed in options.seeds]
        cell = lambda key, form: (f"{statistics.fmean(one[key] for one in found):{form}} "  # noqa: E731
                                  f"({min(one[key] for one in found):{form}} to {max(one[key] for one in found):{form}})")
        print(f"| {ROWS[row][0]} | {cell('fd', '.1f')} | {cell('d', '.2f')} | {cell('g', '.2f')} |", flush=True)


if __name__ == "__main__":
    peer_environment.enter()
    main()
