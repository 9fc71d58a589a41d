#!/usr/bin/env python3
"""Recipe `quick` with one thing changed at a time, each trained for the same minutes and measured in the same way.

    tools/ablation.py --data SRC --minutes M --out DIR [--ganvas PROGRAM] [--rows NAME…] [--seeds 1…] [--count 2000]

Prints a table of docs/recipe-quick.md's form: pictures seen, and Fréchet distance (lite0) to the data. A row that was
measured before (DIR/ROW-SEED/measured.json) is not run again. Run it on an idle machine: rows follow one another.
"""
import argparse
import json
import pathlib
import shutil
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# name, what is changed, the settings that do it
ROWS = (
    ("quick", "nothing", {}),
    ("no-augmentation", "no DiffAugment", {"augment.translation": "false", "augment.colour": "false", "augment.cutout": "false"}),
    ("no-colour", "DiffAugment without colour", {"augment.colour": "false"}),
    ("softplus-r1", "non-saturating cross-entropy with R1 only", {"loss.kind": "non_saturating", "loss.r2": "0"}),
    ("no-penalty", "no gradient penalty", {"loss.r1": "0", "loss.r2": "0"}),
    ("hinge-spectral", "hinge, spectral norm in D, no penalty",
     {"loss.kind": "hinge", "loss.r1": "0", "loss.r2": "0", "discriminator.weight_normalisation": "spectral"}),
    ("batch-norm-d", "batch norm in D, cross-entropy, no penalty",
     {"loss.kind": "non_saturating", "loss.r1": "0", "loss.r2": "0", "discriminator.normalisation": "batch"}),
    ("minibatch-deviation", "minibatch standard deviation in D", {"discriminator.minibatch_deviation": "true"}),
    ("batch-64", "batch 64", {"train.batch": "64"}),
    ("width-48", "width 48", {"generator.width": "48", "discriminator.width": "48"}),
    ("rate-2e-4", "learning rates 2e-4", {"generator.learning_rate": "2e-4", "discriminator.learning_rate": "2e-4"}),
    ("beta1-0.5", "Adam's beta1 0.5", {"generator.beta1": "0.5", "discriminator.beta1": "0.5"}),
)


def measured(options, name, settings, seed):
    folder = options.out / f"{name}-{seed}"
    result = folder / "measured.json"
    if result.exists():
        return json.loads(result.read_text())
    print(f"training {name}, seed {seed}", file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    changes = [word for key, value in {**settings, "train.seed": seed}.items() for word in ("--set", f"{key}={value}")]
    train = json.loads(run(options, "train", "--data", options.data, "--recipe", "quick", *changes,
                           "--set", "measure.live=false", "--minutes", options.minutes, "--out", folder))
    evaluated = json.loads(run(options, "eval", folder, "--data", options.data, "--metrics", "fd", "--count", options.count))
    found = {"images": train["images"], "fd": evaluated["metrics"]["fd"]["value"]}
    result.write_text(json.dumps(found) + "\n")
    return found


def run(options, *arguments):
    done = subprocess.run([str(options.ganvas), *map(str, arguments), "--json"], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip().splitlines()[-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ganvas", default=ROOT / "build/release/bin/ganvas")
    parser.add_argument("--data", required=True)
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--rows", nargs="*", choices=[name for name, *_ in ROWS])
    parser.add_argument("--seeds", nargs="*", type=int, default=[1])
    parser.add_argument("--count", type=int, default=2000)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    print("| changed | pictures seen | Fréchet distance | of `quick` |\n| --- | --- | --- | --- |")
    first = None
    for name, what, settings in ROWS:
        if options.rows and name not in options.rows:
            continue
        found = [measured(options, name, settings, seed) for seed in options.seeds]
        images, fd = (statistics.median(one[key] for one in found) for key in ("images", "fd"))
        first = first or fd
        print(f"| {what} | {images:,.0f} | {fd:.1f} | {fd / first:.2f} × |", flush=True)


if __name__ == "__main__":
    main()
