#!/usr/bin/env python3
"""Training speed and picture quality of ganvas beside the plain PyTorch DCGAN, on the same pictures and minutes.

    quality.py --ganvas PROGRAM --images FOLDER --minutes M --out DIR [--recipe quick] [--width 64] [--rounds 3]
               [--environment DIR]

1. Speed: `ganvas bench train --recipe dcgan` and peer_dcgan.py, one after the other, --rounds times in turn (so that a
   slow minute of the machine hits both); medians and their ratio. float32 and the program's own choice of precision.
2. Quality: both train M minutes (the program with --recipe), both sets of samples are measured by frechet.py, which
   shares no code with this project.
Writes DIR/quality.json and prints a table. Run it on an idle machine; it takes a little over 2 M minutes + rounds.
Packages: requirements.txt beside this file; --environment makes one (peer_environment.py).
"""
import argparse
import json
import pathlib
import shutil
import statistics
import sys

import peer_environment
from peer_programs import distance, last_json, run

HERE = pathlib.Path(__file__).resolve().parent


def speed(ganvas, python, images, width, rounds, out):
    """Pictures a second of each, medians of `rounds` turns."""
    rates = {"ganvas float32": [], "ganvas auto": [], "peer": []}
    for _ in range(rounds):
        for name, precision in (("ganvas float32", "float32"), ("ganvas auto", "auto")):
            bench = last_json(run(ganvas, "bench", "train", "--recipe", "dcgan", "--set", f"generator.width={width}",
                                  "--set", f"discriminator.width={width}", "--set", f"train.precision={precision}", "--json"))
            rates[name].append(bench["images_per_second"])
        peer = last_json(run(python, HERE / "peer_dcgan.py", "--images", images, "--minutes", 0.5, "--width", width,
                             "--out", out / "rate", "--samples", 0))
        rates["peer"].append(peer["images_per_second"])
    return {name: statistics.median(values) for name, values in rates.items()}


def frechet(python, real, fake, count):
    """What frechet.py tells of two folders: its value, and the pictures a second of its features."""
    return last_json(run(python, HERE / "frechet.py", real, fake, "--count", count))


def quality(options, out):
    run(sys.executable, HERE / "peer_dcgan.py", "--images", options.images, "--minutes", options.minutes, "--width",
        options.width, "--out", out / "peer", "--samples", options.count)
    shutil.rmtree(out / "run", ignore_errors=True)
    run(options.ganvas, "train", "--data", options.images, "--recipe", options.recipe, "--minutes", options.minutes,
        "--out", out / "run", "--json")
    run(options.ganvas, "sample", out / "run", "--count", options.count, "--seed", 1, "--out", out / "samples")
    measured = {}
    for name, folder in (("ganvas", out / "samples"), ("peer", out / "peer" / "samples")):
        measured[name] = frechet(sys.executable, options.images, folder, options.count)["value"]
    measured["ganvas, by its own measure"] = distance(options.ganvas, out / "run", options.images, options.count)
    return measured


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ganvas", required=True)
    parser.add_argument("--images", required=True, help="a folder of 64x64 pictures")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--out", required=True)
    parser.add_argument("--recipe", default="quick")
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=3500)
    options = parser.parse_args()
    out = pathlib.Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    result = {"speed_images_per_second": speed(options.ganvas, sys.executable, options.images, options.width, options.rounds, out)
              if options.rounds else {},
              "frechet_lite0": quality(options, out) if options.minutes else {},
              "minutes": options.minutes, "count": options.count, "recipe": options.recipe, "width": options.width}
    (out / "quality.json").write_text(json.dumps(result, indent=2) + "\n")
    for title, values in (("images/s", result["speed_images_per_second"]),
                          ("Fréchet distance (lite0)", result["frechet_lite0"])):
        for name, value in values.items():
            print(f"{title:26} {name:28} {value:9.2f} {value / values['peer']:6.2f} x peer")


if __name__ == "__main__":
    peer_environment.enter()
    main()
