#!/usr/bin/env python3
"""`ganvas eval` end to end: JSON keys and badges of every metric, one model against another, the support vector machine on
D's features, filter pictures, and clear refusals. Runs the program named by GANVAS; the standard library only."""
import json
import math
import os
import pathlib
import subprocess
import tempfile

from command_line import read_safetensors

PROGRAM = os.environ["GANVAS"]
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="ganvas-eval-"))
ENVIRONMENT = dict(os.environ, GANVAS_RUNS=str(FOLDER / "runs"), GANVAS_CACHE=str(FOLDER / "cache"),
                   GANVAS_CONFIG=str(FOLDER / "config"))


def run(*arguments, timeout=240):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, env=ENVIRONMENT,
                          timeout=timeout)


def measured(*arguments):
    answer = run("eval", *arguments, "--json")
    assert answer.returncode == 0, (arguments, answer.stderr)
    report = json.loads(answer.stdout)
    for name, value in report["metrics"].items():
        for key in ("value", "std", "count", "extractor", "name", "std_over", "resize", "data", "split", "data_count", "parameters"):
            assert key in value, (name, key)
        for key, number in value.items():
            assert not isinstance(number, float) or math.isfinite(number), (name, key, number)
        assert value["resize"], name
    return report


def refused(code, word, *arguments):
    answer = run("eval", *arguments)
    assert answer.returncode == code, (arguments, answer.returncode, answer.stderr)
    lines = [line for line in answer.stderr.splitlines() if line.startswith("ganvas: error:")]
    assert len(lines) == 1 and word in lines[0], (arguments, answer.stderr)


def train():
    small = [part for setting in ("generator.width=8", "discriminator.width=8", "image.size=32", "latent.size=16",
                                  "train.batch=8") for part in ("--set", setting)]
    out = FOLDER / "run"
    for steps in (10, 20):
        done = run("train", "--data", "faces:300", "--recipe", "dcgan", "--steps", steps, "--out", out, *small,
                   *(["--resume"] if steps > 10 else []))
        assert done.returncode == 0, done.stderr
    return out, sorted((out / "checkpoints").glob("*.safetensors"))


def main():
    source = ["faces:200", "--data", "faces:300", "--extractor", "pixels", "--size", "32", "--count", "120"]
    keys = "fd,kid,mmd,pr,dc,diversity,samples,spread,modes,nn"
    metrics = measured(*source, "--metrics", keys)["metrics"]
    assert set(metrics) == {"fd", "kid", "mmd", "precision", "recall", "density", "coverage", "diversity", "samples",
                            "spread", "modes", "nn"}, sorted(metrics)
    assert metrics["fd"]["count"] == 120 and metrics["fd"]["extractor"] == "pixels"
    assert metrics["fd"]["name"] == "Fréchet distance" and metrics["fd"]["std"] > 0
    assert metrics["modes"]["extractor"] == "classifier" and metrics["modes"]["held_out_accuracy"] > 0
    assert "relative_std_percent_64" in metrics["spread"]
    score = measured("faces:200", "--data", "faces:300", "--extractor", "classifier", "--size", "32", "--count", "64",
                     "--metrics", "is,fd", "--splits", "1")["metrics"]
    assert 1 <= score["is"]["value"] <= score["is"]["classes"], score["is"]
    assert "Inception" not in score["is"]["name"] and score["is"]["splits"] == 1 and score["is"]["std"] > 0

    out, checkpoints = train()
    assert len(checkpoints) >= 2, checkpoints
    both = measured(checkpoints[-1], "--data", checkpoints[0], "--extractor", "pixels", "--count", "64")["metrics"]["fd"]
    same = measured(checkpoints[-1], "--data", checkpoints[-1], "--extractor", "pixels", "--count", "64")["metrics"]["fd"]
    assert both["value"] > same["value"] and same["value"] < 1e-6, (both, same)
    filters = FOLDER / "filters.png"
    report = measured(out, "--data", "faces:300", "--extractor", "discriminator", "--metrics", "fd,svm", "--count", "200",
                      "--filters", filters, "--save-features", FOLDER / "features.safetensors")
    saved = {name: entry["shape"] for name, entry in read_safetensors(FOLDER / "features-svm.safetensors")[0].items()
             if name != "__metadata__"}
    assert saved == {"train": [200, 896], "train_labels": [200], "test": [200, 896], "test_labels": [200]}, saved
    assert read_safetensors(FOLDER / "features.safetensors")[0]["generated"]["shape"] == [200, 896]
    machine = report["metrics"]["svm"]
    assert machine["features"] == 16 * (8 + 16 + 32), machine
    assert machine["train_accuracy"] >= machine["value"] > 0 and machine["train_count"] == 200, machine
    assert report["metrics"]["fd"]["extractor"] == "discriminator"
    assert filters.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert report["filters"] == {"out": str(filters), "pictures": 10, "filters": 6}, report["filters"]

    refused(2, "weights", *source[:3], "--extractor", "inception", "--count", "64")
    refused(2, "checkpoint", *source[:3], "--extractor", "discriminator", "--count", "64")
    refused(2, "fid", *source, "--metrics", "fid")
    refused(2, "two batches", *source[:-1], "2", "--metrics", "samples")
    print("evaluate: all well")


if __name__ == "__main__":
    main()
