#!/usr/bin/env python3
"""Measures a built ganvas on this machine, one thing after another, and prints docs/measured.md's table.

    tools/measure.py [--ganvas build/release/bin/ganvas] [--seconds 20] [--peers ENVIRONMENT] [--check] > table.md

Run it on an idle machine, with a screen (DISPLAY; Xvfb does) for the window's figures: some six minutes. With --peers a
second table sets training and features beside Python programs measured in turns with this one; their pinned packages are
installed into the folder ENVIRONMENT first (some gigabytes). That takes a quarter of an hour more. With --check it fails
where a value misses what is asked: `./test.sh -C Ratio -R ratio` after `./run.sh --version`.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import subprocess
import statistics
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "peers"))
import peer_environment  # noqa: E402
import quality  # noqa: E402

WIDE = ("--recipe", "dcgan", "--set", "generator.width=64", "--set", "discriminator.width=64")

# bench, its key, what it is, unit, what is asked for
ROWS = (
    ("gui", "frame_ms_p99", "frame, 99th percentile, the worse of the shipped model and `dcgan` at width 64 training", "ms", "≤ 33"),
    ("gui", "slider_to_pixels_ms_p95", "slider to pixels while training, 95th percentile", "ms", "≤ 40"),
    ("gui", "training_rate_kept", "training's rate beside an untouched window, of that without one, median of twelve turns", "", "≥ 0.90"),
    ("gui", "training_rate_kept_lowest", "… the lowest of twelve turns", "", ""),
    ("gui", "training_rate_kept_highest", "… the highest of twelve turns", "", ""),
    ("gui", "training_rate_kept_minimised", "training's rate beside a minimised window, of that without one", "", "≥ 0.98"),
    ("gui", "idle_core_share", "idle window, of one core", "", "≤ 0.02"),
    ("gui", "first_face_seconds", "start to the first generated face", "s", "≤ 2"),
    ("quick", "images_per_second", "training, recipe `quick`", "images/s", ""),
    ("wide", "images_per_second", "training, `dcgan` at width 64, precision as the processor has it", "images/s", ""),
    ("wide32", "images_per_second", "the same in float32", "images/s", ""),
    ("wide", "profile_kind_other_percent", "a step outside convolutions, norms and optimiser, precision as the processor has it", "%", "≤ 8"),
    ("wide32", "profile_kind_other_percent", "the same in float32", "%", "≤ 8"),
    ("wide", "minor_faults_per_step", "page faults of a step, `dcgan` at width 64", "", "none to speak of"),
    ("wide", "checkpoint_pause_ms", "pause of training for a checkpoint, `dcgan` at width 64, the longest of some", "ms", "≤ 50"),
    ("wide", "waited_for_data_percent", "waiting for data, of a step", "%", "≤ 2"),
    ("latent", "preview_ms_p95", "one picture, from the request to what the window takes, 95th percentile", "ms", "≤ 8"),
    ("latent", "strip_64_ms", "a strip of 64", "ms", "≤ 250"),
    ("metrics", "distance_1280_seconds", "Fréchet distance itself, 10,000 features of 1280 numbers", "s", "≤ 1.5"),
    ("metrics", "distance_2048_seconds", "the same with 2048 numbers", "s", "≤ 6"),
    ("data", "faces_per_second_one_core", "faces drawn on one core", "faces/s", ""),
    ("data", "faces_per_second", "faces drawn on all cores", "faces/s", "≥ 2,000"),
    ("data", "jpeg_512_stb_per_second_one_core", "JPEG of 512 pixels a side decoded by stb_image on one core", "pictures/s", ""),
    ("data", "jpeg_512_per_second", "the same on all cores, by libjpeg-turbo where it is installed", "pictures/s", "≥ 3 × that"),
    ("data", "jpeg_200_stb_per_second_one_core", "JPEG of 200 pixels a side decoded by stb_image on one core", "pictures/s", ""),
    ("data", "jpeg_200_per_second", "the same on all cores, by libjpeg-turbo where it is installed", "pictures/s", ""),
    ("data", "faces_cached_open_seconds", "opening 200,000 pictures again from the cache", "s", "≤ 1"),
    ("data", "faces_cached_anonymous_mb", "memory that this takes, the mapped cache aside", "MB", "< 300"),
)


def bench(program, *arguments):
    """The figures of one bench, or none where it cannot run here (no screen)."""
    print("measuring", *arguments, file=sys.stderr)
    done = subprocess.run([program, "bench", *arguments, "--json"], stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.strip().splitlines()[-1]) if done.returncode == 0 else {}


missed = []


def judge(what, value, asked, before=None):
    """Remembers what misses "≤ 33", "≥ 3 × that" (of the row above) and the like; other words ask for nothing."""
    bound = re.match(r"([≤≥<]) ([\d.,]+)( × that)?", asked)
    if not bound or value is None:
        return
    limit = float(bound[2].replace(",", "")) * (before if bound[3] else 1)
    if not {"≤": value <= limit, "≥": value >= limit, "<": value < limit}[bound[1]]:
        missed.append(f"{what}: {shown(value)}, asked {asked}")


def shown(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


# what is asked of the program's rate, as a multiple of the peer's, at this width: in float32, and in bfloat16 where the
# processor has it
ASKED = {64: (1.5, 2.4), 32: (1.4, 2.1)}


def print_peers(options, bfloat16):
    """Training beside tests/peers/peer_dcgan.py and features beside tests/peers/frechet.py, in turns on the same pictures."""
    python = peer_environment.make(options.peers)
    print("\n| what | here | peer | here, as a multiple | asked |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        images = folder / "faces"
        subprocess.run([options.ganvas, "data", "make", "faces", "--count", "2000", "--out", images], check=True,
                       stdout=subprocess.DEVNULL)
        for width, (float32, half) in ASKED.items():
            print(f"measuring width {width} beside PyTorch", file=sys.stderr)
            rates = quality.speed(options.ganvas, python, images, width, 3, folder)
            training = f"training, `dcgan` at width {width}, "
            row(training + "float32", rates["ganvas float32"], rates["peer"], float32)
            row(training + "precision as it chooses", rates["ganvas auto"], rates["peer"], half if bfloat16 else float32)
        print("measuring features beside Python", file=sys.stderr)
        here, there = [], []
        for _ in range(3):
            here.append(bench(options.ganvas, "metrics")["lite0_images_per_second"])
            there.append(quality.frechet(python, images, images, 300)["images_per_second"])
        row("Lite0 features", statistics.median(here), statistics.median(there), 1.3)


def row(what, here, peer, least):
    print(f"| {what} | {shown(here)} images/s | {shown(peer)} images/s | {here / peer:.2f} × | {least} × |", flush=True)
    judge(what + ", beside the peer", here / peer, f"≥ {least}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ganvas", default=ROOT / "build/release/bin/ganvas")
    parser.add_argument("--seconds", default="20")
    parser.add_argument("--peers", metavar="ENVIRONMENT")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    seconds = ("--seconds", options.seconds)
    found = {
        "gui": bench(options.ganvas, "gui"),
        "quick": bench(options.ganvas, "train", "--recipe", "quick", *seconds),
        # Twice as long: on a slow machine the heap has its size, and pages stop coming, after some thirty steps.
        "wide": bench(options.ganvas, "train", *WIDE, "--seconds", str(2 * float(options.seconds)), "--profile"),
        "wide32": bench(options.ganvas, "train", *WIDE, "--set", "train.precision=float32", *seconds, "--profile"),
        "latent": bench(options.ganvas, "latent"),
        "metrics": bench(options.ganvas, "metrics"),
        "data": bench(options.ganvas, "data", "--images", "200000"),
    }
    commit = subprocess.run(["git", "-C", ROOT, "log", "-1", "--format=%h"], stdout=subprocess.PIPE, text=True).stdout.strip()
    print(f"{datetime.date.today()}, commit {commit or 'unknown'}, {os.cpu_count()} processor cores ({platform.machine()}), "
          f"{'bfloat16' if found['wide'].get('bfloat16') else 'float32'}.\n")
    print("| what | here | asked |\n| --- | --- | --- |")
    before = None
    for name, key, what, unit, asked in ROWS:
        value = found[name].get(key)
        judge(what, value, asked, before)
        before = value
        print(f"| {what} | {'not measured' if value is None else f'{shown(value)} {unit}'.strip()} | {asked} |")
    if options.peers:
        print_peers(options, found["wide"].get("bfloat16"))
    for line in missed:
        print(line, file=sys.stderr)
    sys.exit(options.check and bool(missed))


if __name__ == "__main__":
    main()
