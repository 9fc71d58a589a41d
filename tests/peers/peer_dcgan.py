#!/usr/bin/env python3
"""The DCGAN that most people start from, as a peer to measure beside: plain PyTorch, float32, stopped by the clock.

    peer_dcgan.py --images FOLDER --minutes M --out DIR [--width 64] [--threads 2] [--samples 3500] [--at MINUTE…]
                  [--pictures N] [--seed 1]

Radford et al. 2015 as it is usually written: transposed convolutions with batch norm and ReLU, strided convolutions
with batch norm and LeakyReLU 0.2, N(0, 0.02) weights, Adam 2e-4 / 0.5, binary cross-entropy, batch 64, 64x64 pixels.
Writes DIR/samples/*.png (the generator left in training mode, as the recipe does) and DIR/rate.json; with --at also
DIR/at-MINUTE/ of the same at those minutes, while its clock is held. --pictures ends it after so many, whatever the clock says.
The rate's file tells the mean losses of the last quarter of its steps too.
"""
import argparse
import json
import pathlib
import time

import numpy as np
import torch
from PIL import Image
from torch import nn

BATCH, LATENT, SIZE = 64, 100, 64


def generator(width):
    layers, channels = [], [LATENT, width * 8, width * 4, width * 2, width]
    for k in range(4):
        stride, padding = (1, 0) if k == 0 else (2, 1)
        layers += [nn.ConvTranspose2d(channels[k], channels[k + 1], 4, stride, padding, bias=False),
                   nn.BatchNorm2d(channels[k + 1]), nn.ReLU(True)]
    return nn.Sequential(*layers, nn.ConvTranspose2d(width, 3, 4, 2, 1, bias=False), nn.Tanh())


def discriminator(width):
    layers, channels = [], [3, width, width * 2, width * 4, width * 8]
    for k in range(4):
        layers.append(nn.Conv2d(channels[k], channels[k + 1], 4, 2, 1, bias=False))
        if k:
            layers.append(nn.BatchNorm2d(channels[k + 1]))
        layers.append(nn.LeakyReLU(0.2, True))
    return nn.Sequential(*layers, nn.Conv2d(channels[4], 1, 4, 1, 0, bias=False), nn.Sigmoid(), nn.Flatten(0))


def initialise(module):
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(module.weight, 0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1, 0.02)


def load(folder):
    files = sorted(p for p in pathlib.Path(folder).rglob("*") if p.suffix.lower() in (".png", ".jpg", ".jpeg"))
    pictures = []
    for path in files:
        picture = Image.open(path).convert("RGB")
        side = min(picture.size)
        left, top = (picture.width - side) // 2, (picture.height - side) // 2
        picture = picture.crop((left, top, left + side, top + side)).resize((SIZE, SIZE), Image.BILINEAR)
        pictures.append(np.asarray(picture))
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).contiguous()


def write(network, folder, count, images, seconds, width, losses=()):
    """Samples and what they were made after."""
    (folder / "samples").mkdir(parents=True, exist_ok=True)
    with torch.no_grad():
        for first in range(0, count, 100):
            pictures = ((network(torch.randn(100, LATENT, 1, 1)) + 1) * 127.5).round().clamp(0, 255).byte()
            for k, picture in enumerate(pictures[:count - first].permute(0, 2, 3, 1).numpy()):
                Image.fromarray(picture).save(folder / "samples" / f"{first + k:05}.png")
    rate = {"images_per_second": images / seconds, "images": images, "seconds": seconds, "width": width,
            "threads": torch.get_num_threads(), "torch": torch.__version__}
    if losses:
        last = losses[-max(1, len(losses) // 4):]
        rate["discriminator_loss"], rate["generator_loss"] = (float(torch.stack(side).mean()) for side in zip(*last))
    (folder / "rate.json").write_text(json.dumps(rate) + "\n")
    return rate


def train(data, width, minutes, at, write_at, most):
    """Until the clock or the number of pictures says so; write_at(network, minute, images, seconds) at each minute of `at`, which it does not count."""
    make, judge = generator(width).apply(initialise), discriminator(width).apply(initialise)
    make_step = torch.optim.Adam(make.parameters(), 2e-4, betas=(0.5, 0.999))
    judge_step = torch.optim.Adam(judge.parameters(), 2e-4, betas=(0.5, 0.999))
    loss, real, fake = nn.BCELoss(), torch.ones(BATCH), torch.zeros(BATCH)
    images, start, losses = 0, time.time(), []
    while True:
        for rows in torch.randperm(len(data)).split(BATCH):
            if len(rows) < BATCH:
                continue
            judge.zero_grad()
            of_real = loss(judge(data[rows].float() / 127.5 - 1), real)
            of_real.backward()
            made = make(torch.randn(BATCH, LATENT, 1, 1))
            of_fake = loss(judge(made.detach()), fake)
            of_fake.backward()
            judge_step.step()
            make.zero_grad()
            of_made = loss(judge(made), real)
            of_made.backward()
            make_step.step()
            losses.append(((of_real + of_fake).detach(), of_made.detach()))
            images += BATCH
            seconds = time.time() - start
            while at and seconds >= 60 * at[0]:
                held = time.time()
                write_at(make, at.pop(0), images, seconds)
                start += time.time() - held
            if seconds >= 60 * minutes or images >= most:
                return make, images, seconds, losses


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--samples", type=int, default=3500)
    parser.add_argument("--pictures", type=int, default=2**62)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at", type=float, nargs="*", default=[])
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    out = pathlib.Path(options.out)
    network, images, seconds, losses = train(
        load(options.images), options.width, options.minutes, sorted(options.at),
        lambda network, minute, *now: write(network, out / f"at-{minute:g}", options.samples, *now, options.width),
        options.pictures)
    print(json.dumps(write(network, out, options.samples, images, seconds, options.width, losses)))


if __name__ == "__main__":
    main()
