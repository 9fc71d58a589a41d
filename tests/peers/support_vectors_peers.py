#!/usr/bin/env python3
"""The accuracy that `ganvas eval --metrics svm` tells, beside scikit-learn's LinearSVC on the same features and labels.

    support_vectors_peers.py GANVAS CHECKPOINT DATA [--extractors pixels,discriminator] [--count 2000] [--environment DIR]

CHECKPOINT is of a run (for D's features), DATA has classes. The program writes the features that it learned from and tested on; here
they are standardised by the training rows and divided by the square root of their number, as the program does, and a LinearSVC (LIBLINEAR
too, squared hinge, C 1, dual) and, as a solver of another kind, one with dual=False (a trust region method on the primal)
learn from them. Prints one JSON object.
"""
import peer_environment

peer_environment.enter()

import argparse
import json
import pathlib
import tempfile

import numpy as np
from peer_programs import last_json, read_safetensors, run
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC


def compared(options, extractor, file):
    ours = last_json(run(options.ganvas, "eval", options.checkpoint, "--data", options.data, "--extractor", extractor,
                         "--metrics", "svm", "--count", options.count, "--save-features", file, "--json"))["metrics"]["svm"]
    saved = read_safetensors(file)
    scaler = StandardScaler().fit(saved["train"].astype(np.float64))
    train, test = (scaler.transform(saved[side]) / np.sqrt(saved[side].shape[1]) for side in ("train", "test"))
    found = {"features": train.shape[1], "train_count": len(train), "test_count": len(test),
             "ganvas": {"train": ours["train_accuracy"], "test": ours["value"]}}
    for name, dual in (("dual coordinate descent", True), ("trust region", False)):
        machine = LinearSVC(C=1.0, loss="squared_hinge", dual=dual, tol=1e-4, max_iter=20000, random_state=0)
        machine.fit(train, saved["train_labels"])
        found[f"scikit-learn, {name}"] = {"train": machine.score(train, saved["train_labels"]),
                                          "test": machine.score(test, saved["test_labels"])}
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ganvas")
    parser.add_argument("checkpoint")
    parser.add_argument("data")
    parser.add_argument("--extractors", default="pixels,discriminator")
    parser.add_argument("--count", type=int, default=2000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps({name: compared(options, name, pathlib.Path(folder) / "features.safetensors")
                          for name in options.extractors.split(",")}, indent=1))


if __name__ == "__main__":
    main()
