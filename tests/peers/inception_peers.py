#!/usr/bin/env python3
"""Ganvas's Inception features and measures beside torch-fidelity, pytorch-fid and scikit-learn, on the same pictures.

    inception_peers.py GANVAS REAL FAKE [--count N] [--work DIR] [--out JSON] [--environment DIR]

GANVAS is the program; REAL and FAKE are folders of PNG or JPEG pictures. The weights are drawn at random and the batch
norms' statistics calibrated by one pass over real pictures, so that features vary as those of a trained network do; they
are written as a PyTorch file, converted by third_party/convert_inception.py, and given to all three programs. Writes
(or prints) one JSON object: for each pair of programs the largest difference of a feature, beside the largest feature,
and FID, KID, score, precision and recall, density and coverage, and distances to neighbours by each. The numbers of the
run that docs/measures.md shows are in inception_peers.json. --environment makes a Python environment with the versions
of requirements.txt there and runs in it.
"""
import peer_environment

peer_environment.enter()

import argparse
import json
import platform
import pathlib
import shutil
import subprocess
import sys
import time
from importlib.metadata import version
from unittest import mock

import numpy as np
import torch
import torch_fidelity
import pytorch_fid.inception as pytorch_fid
import sklearn
from PIL import Image
from fidelity_golden import pytorch_fid_distance
from inception_formula import blank_network
from peer_programs import read_safetensors
from sklearn.neighbors import NearestNeighbors
from torch_fidelity.metric_kid import kid_features_to_metric

HERE = pathlib.Path(__file__).resolve().parent


def draw_weights(pictures):
    network = blank_network()
    generator = torch.Generator().manual_seed(0)
    for module in network.modules():
        if isinstance(module, torch.nn.Conv2d):
            fan = module.weight[0].numel()
            module.weight.data = torch.randn(module.weight.shape, generator=generator) * (2 / fan) ** 0.5
        elif isinstance(module, torch.nn.BatchNorm2d):
            module.weight.data = 0.8 + 0.4 * torch.rand(module.weight.shape, generator=generator)
            module.bias.data = 0.2 * torch.randn(module.bias.shape, generator=generator)
            module.momentum = None  # the mean over all batches
            module.reset_running_stats()
            module.train()
    network.fc.weight.data = torch.randn(network.fc.weight.shape, generator=generator) * 0.2
    with torch.no_grad():
        for first in range(0, len(pictures), 32):
            network(pictures[first:first + 32])
    return network.eval().state_dict()


def read_folder(folder, count):
    files = sorted(p for p in pathlib.Path(folder).rglob("*") if p.suffix.lower() in (".png", ".jpg", ".jpeg"))
    return files[:count]


def copy_as_png(files, folder):
    """The same pixels for every program, whatever decodes them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    arrays = []
    for k, file in enumerate(files):
        image = Image.open(file).convert("RGB")
        image.save(folder / f"{k:05}.png")
        arrays.append(np.asarray(image))
    return torch.from_numpy(np.stack(arrays)).permute(0, 3, 1, 2).contiguous()


def features_of(network, pictures, prepare):
    rows = []
    with torch.no_grad():
        for first in range(0, len(pictures), 32):
            out = network(prepare(pictures[first:first + 32]))
            rows.append(torch.cat([out[0].flatten(1)] + [o for o in out[1:]], 1))
    return torch.cat(rows).numpy()


def compare(ours, theirs):
    """Rows in another order: each of ours against the nearest of theirs, which must be a one-to-one match."""
    squares = (ours**2).sum(1)[:, None] + (theirs**2).sum(1)[None] - 2 * ours.astype(np.float64) @ theirs.T
    nearest = squares.argmin(1)
    if len(set(nearest)) != len(ours):
        raise SystemExit("the pictures of the two programs do not match one to one")
    difference, largest = float(np.abs(ours - theirs[nearest]).max()), float(theirs.max())
    return {"largest_difference": difference, "largest_feature": largest, "relative_difference": difference / largest,
            "order": nearest, "feature_mean": float(theirs.mean()),
            "feature_deviation_over_pictures": float(theirs.std(0).mean())}


def ganvas_eval(ganvas, fake, real, extractor, weights, count, saved):
    start = time.time()
    out = subprocess.run([ganvas, "eval", str(fake), "--data", str(real), "--size", "64", "--extractor", extractor,
                          "--weights", str(weights), "--metrics", "fd,kid,is,pr,dc,nn", "--splits", "1",
                          "--count", str(count), "--save-features", str(saved), "--json"], check=True, stdout=subprocess.PIPE)
    return json.loads(out.stdout)["metrics"], time.time() - start


def pair(ours, theirs, name):
    return {"ganvas": ours, name: theirs, "relative_difference": abs(ours - theirs) / max(abs(theirs), 1e-12)}


def by_scikit_learn(ours, saved):
    """Neighbours on the features that the program wrote, in double."""
    real, fake = (saved[name].astype(np.float64) for name in ("data", "generated"))

    def radius(x, k):
        return NearestNeighbors(n_neighbors=k + 1).fit(x).kneighbors(x)[0][:, k]

    def within(centres, k, queries):
        distances = np.sqrt(np.maximum((centres**2).sum(1)[:, None] + (queries**2).sum(1)[None]
                                       - 2 * centres @ queries.T, 0))
        return distances <= radius(centres, k)[:, None]

    five = within(real, 5, fake)
    values = {"precision": within(real, 3, fake).any(0).mean(), "recall": within(fake, 3, real).any(0).mean(),
              "density": five.sum(0).mean() / 5, "coverage": five.any(1).mean(),
              "nn": NearestNeighbors(n_neighbors=1).fit(real).kneighbors(fake)[0].mean()}
    return {name: pair(ours[name]["value"], float(value), "scikit_learn") for name, value in values.items()}


def by_fidelity(work, ours, saved, pictures, weights):
    count = len(pictures["real"])
    network = blank_network()
    network.load_state_dict(torch.load(weights, weights_only=True))
    theirs = {side: features_of(network, images, lambda x: x) for side, images in pictures.items()}
    fake = compare(saved["generated"], theirs["fake"][:, :2048])
    real = compare(saved["data"], theirs["real"][:, :2048])
    logits = theirs["fake"][fake["order"], 2048:]
    whole = kid_features_to_metric(torch.from_numpy(theirs["fake"][:, :2048]), torch.from_numpy(theirs["real"][:, :2048]),
                                   kid_subsets=1, kid_subset_size=count, verbose=False)
    subset = int(ours["kid"]["subset_size"])
    numbers = torch_fidelity.calculate_metrics(
        input1=str(work / "fake"), input2=str(work / "real"), fid=True, kid=True, kid_subset_size=subset,
        kid_subsets=100, isc=True, isc_splits=1, cuda=False, verbose=False, cache=False,
        feature_extractor_weights_path=str(weights), samples_find_deep=False)
    fid = numbers["frechet_inception_distance"]
    return {"features": {k: v for k, v in fake.items() if k != "order"},
            "features_real_largest_difference": real["largest_difference"],
            "logits_largest_difference": float(np.abs(saved["logits"] - logits).max()),
            "fid": pair(ours["fd"]["value"], fid, "torch_fidelity"),
            "kid": {"ganvas": ours["kid"]["value"], "ganvas_std": ours["kid"]["std"],
                    "torch_fidelity": numbers["kernel_inception_distance_mean"],
                    "torch_fidelity_std": numbers["kernel_inception_distance_std"], "subset": subset,
                    "torch_fidelity_whole_sets": whole["kernel_inception_distance_mean"]},
            "inception_score": pair(ours["is"]["value"], numbers["inception_score_mean"], "torch_fidelity"),
            "neighbours": by_scikit_learn(ours, saved)}


def by_pytorch_fid(ours, saved, pictures, weights):
    state = torch.load(weights, weights_only=True)
    with mock.patch.object(pytorch_fid, "load_state_dict_from_url", lambda *a, **k: state):
        network = pytorch_fid.InceptionV3([3]).eval()
    theirs = {side: features_of(network, images, lambda x: x.float() / 255) for side, images in pictures.items()}
    fake = compare(saved["generated"], theirs["fake"])
    fid = pytorch_fid_distance(theirs["fake"].astype(np.float64), theirs["real"].astype(np.float64))
    return {"features": {k: v for k, v in fake.items() if k != "order"},
            "fid": pair(ours["fd"]["value"], fid, "pytorch_fid")}


def beyond(report):
    """What is further from the peers than promised: features 1e-4 of the largest one, each value 1e-3."""
    found = []
    for extractor in ("inception", "inception-pytorch"):
        part = report[extractor]
        bounds = {"features": (part["features"], 1e-4), "fid": (part["fid"], 1e-3)}
        if "inception_score" in part:
            bounds["inception_score"] = (part["inception_score"], 1e-3)
        bounds.update({name: (value, 1e-3) for name, value in part.get("neighbours", {}).items()})
        found += [f"{extractor}, {name}: {value['relative_difference']:.2g}, at most {most:g} was promised"
                  for name, (value, most) in bounds.items() if not value["relative_difference"] <= most]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ganvas")
    parser.add_argument("real")
    parser.add_argument("fake")
    parser.add_argument("--count", type=int, default=256)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("inception_peers"))
    parser.add_argument("--out", type=pathlib.Path)
    options = parser.parse_args()
    work = options.work.resolve()
    pictures = {side: copy_as_png(read_folder(folder, options.count), work / side)
                for side, folder in (("real", options.real), ("fake", options.fake))}
    published, converted = work / "weights.pth", work / "weights.safetensors"
    torch.save(draw_weights(pictures["real"]), published)
    subprocess.run([sys.executable, HERE.parent.parent / "third_party" / "convert_inception.py", published, converted],
                   check=True)
    count = min(len(p) for p in pictures.values())
    report = {"count": count, "versions": {"python": platform.python_version(), "torch": torch.__version__,
                                           "torch-fidelity": torch_fidelity.__version__,
                                           "pytorch-fid": version("pytorch-fid"), "scikit-learn": sklearn.__version__}}
    for extractor, compare_with in (("inception", by_fidelity), ("inception-pytorch", by_pytorch_fid)):
        ours, seconds = ganvas_eval(options.ganvas, work / "fake", work / "real", extractor, converted, count,
                                    work / "features.safetensors")
        saved = read_safetensors(work / "features.safetensors")
        report[extractor] = (compare_with(work, ours, saved, pictures, published) if extractor == "inception"
                             else compare_with(ours, saved, pictures, published))
        report[extractor]["ganvas_seconds"] = round(seconds, 1)
    text = json.dumps(report, indent=1) + "\n"
    if options.out:
        options.out.write_text(text)
    else:
        print(text, end="")
    too_far = beyond(report)
    print("\n".join(too_far), file=sys.stderr, end="\n" if too_far else "")
    return 1 if too_far else 0


if __name__ == "__main__":
    sys.exit(main())
