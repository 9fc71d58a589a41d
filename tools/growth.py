#!/usr/bin/env python3
"""Rate, memory and start-up of training as the model, the pictures, the batch and the data grow: one of them at a time.

    tools/growth.py [--ganvas build/release/bin/ganvas] [--recipe dcgan] [--seconds 12] > table.md

From recipe `dcgan` at width 64, 64 pixels, batch 64 and 10,000 drawn faces, one thing is changed a row. `ganvas train` runs twice
with the data in the cache, once for one step and once for as many as fill --seconds: the difference tells the rate, and the first
less its step the start-up, the checkpoint at the end within it. Memory: the most that the longer run had resident, the mapped
cache included. Run it on an idle machine; a quarter of an hour.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BASE = {"width": 64, "size": 64, "batch": 64, "pictures": 10_000}
GROWTH = (("width", (16, 32, 64, 128)), ("size", (28, 32, 64, 128)), ("batch", (16, 64, 128, 256)),
          ("pictures", (1_000, 10_000, 50_000, 200_000)))
NAMES = {"width": "width {}", "size": "{0} × {0} pixels", "batch": "batch {}", "pictures": "{:,} pictures"}


def settings(of):
    values = {"generator.width": of["width"], "discriminator.width": of["width"], "image.size": of["size"], "train.batch": of["batch"],
              "measure.live": "false"}
    return [word for key, value in values.items() for word in ("--set", f"{key}={value}")]


def train(options, of, steps):
    """Seconds and largest resident mebibytes of a short training."""
    with tempfile.TemporaryDirectory() as folder:
        command = [options.ganvas, "train", "--data", f"faces:{of['pictures']}", "--recipe", options.recipe, "--steps", steps, "--out",
                   pathlib.Path(folder) / "run", "--json", *settings(of)]
        start = time.monotonic()
        child = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        if status != 0:
            sys.exit(f"training failed: {' '.join(map(str, command))}")
        return time.monotonic() - start, usage.ru_maxrss / 1024


def measured(options, of):
    train(options, of, 1)  # draws the faces into the cache
    one, _ = train(options, of, 1)
    ten, _ = train(options, of, 11)
    steps = max(11, 1 + round(10 * options.seconds / max(ten - one, 0.1)))
    many, memory = train(options, of, steps)
    step = (many - one) / (steps - 1)
    return of["batch"] / step, memory, max(0.0, one - step)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ganvas", default=ROOT / "build/release/bin/ganvas")
    parser.add_argument("--recipe", default="dcgan")
    parser.add_argument("--seconds", type=float, default=12)
    options = parser.parse_args()
    print("| changed | images a second | resident | start to end without steps |\n| --- | --- | --- | --- |")
    for name, values in GROWTH:
        for value in values:
            print(f"measuring {name} {value}", file=sys.stderr, flush=True)
            rate, memory, seconds = measured(options, {**BASE, name: value})
            print(f"| {NAMES[name].format(value)} | {rate:,.0f} | {memory:,.0f} MiB | {seconds:.1f} s |", flush=True)


if __name__ == "__main__":
    main()
