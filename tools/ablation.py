#!/usr/bin/env python3
"""Recipe `quick` with one thing changed at a time, each trained for the same time and measured in the same way.

    tools/ablation.py --data SRC --images N --out DIR [--ganvas PROGRAM] [--rows NAME…] [--seeds 1…] [--count 2000]

Prints a table of docs/recipe-quick.md's form: rate, pictures seen, and Fréchet distance (lite0) to the data. `quick` sees N
pictures; a row sees as many as it makes in the same time. That is its rate beside `quick`'s, measured in turns on an idle
machine (some seconds each, kept in DIR/rates.json); the training itself may then share the machine with anything, since
time no longer decides. A row that was measured before (DIR/ROW-SEED/measured.json) is not run again.
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
    ("softplus-r1-no-colour", "the same, DiffAugment without colour",
     {"loss.kind": "non_saturating", "loss.r2": "0", "augment.colour": "false"}),
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


def changed(settings):
    return [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]


def rate(options, name, settings):
    """Of `quick`'s rate: the median of three turns of both."""
    file = options.out / "rates.json"
    rates = json.loads(file.read_text()) if file.exists() else {}
    if name not in rates:
        print(f"measuring the rate of {name}", file=sys.stderr, flush=True)
        bench = lambda changes: json.loads(run(options, "bench", "train", "--recipe", "quick", *changed(changes),  # noqa: E731
                                               "--seconds", options.seconds))["images_per_second"]
        rates[name] = statistics.median(bench(settings) / bench({}) for _ in range(3)) if settings else 1.0
        file.write_text(json.dumps(rates, indent=1) + "\n")
    return rates[name]


def measured(options, name, settings, seed):
    folder = options.out / f"{name}-{seed}"
    result = folder / "measured.json"
    if result.exists():
        return json.loads(result.read_text())
    print(f"training {name}, seed {seed}", file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    train = json.loads(run(options, "train", "--data", options.data, "--recipe", "quick",
                           *changed({**settings, "train.seed": seed, "measure.live": "false"}),
                           "--images", round(options.images * rate(options, name, settings)), "--out", folder))
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
    parser.add_argument("--images", type=int, default=72000, help="what `quick` sees")
    parser.add_argument("--seconds", type=float, default=6, help="of one measurement of a rate")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--rows", nargs="*", choices=[name for name, *_ in ROWS])
    parser.add_argument("--seeds", nargs="*", type=int, default=[1])
    parser.add_argument("--count", type=int, default=2000)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    print("| changed | rate | pictures seen | Fréchet distance | of `quick` |\n| --- | --- | --- | --- | --- |")
    first = None
    chosen = [row for row in ROWS if not options.rows or row[0] in options.rows]
    for name, _, settings in chosen:
        rate(options, name, settings)
    for name, what, settings in chosen:
        found = [measured(options, name, settings, seed) for seed in options.seeds]
        images, fd = (statistics.median(one[key] for one in found) for key in ("images", "fd"))
        first = first or fd
        print(f"| {what} | {rate(options, name, settings):.2f} × | {images:,.0f} | {fd:.1f} | {fd / first:.2f} × |", flush=True)


if __name__ == "__main__":
    main()
