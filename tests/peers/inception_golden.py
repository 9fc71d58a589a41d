#!/usr/bin/env python3
"""Golden values of the Inception-v3 features, made with torch-fidelity's and pytorch-fid's networks.

    inception_golden.py OUT.safetensors

Weights come from a formula (inception_formula.py), pictures from the formula of lite0_golden.py, so only the results
are stored: "inception" and "logits" by torch-fidelity, "inception-pytorch" by pytorch-fid, one row a picture; the
metadata hold the names and shapes that the formula goes by.
"""
import json
import sys
from unittest import mock

import torch
import pytorch_fid.inception as pytorch_fid
from inception_formula import blank_network, state_dictionary
from lite0_golden import SHAPES, picture, write


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    network = blank_network()
    names, state = state_dictionary(network)
    network.load_state_dict(state)
    with mock.patch.object(pytorch_fid, "load_state_dict_from_url", lambda *a, **k: state):
        other = pytorch_fid.InceptionV3([3]).eval()
    rows = {"inception": [], "logits": [], "inception-pytorch": []}
    for k in range(len(SHAPES)):
        pixels = torch.from_numpy(picture(k)).permute(2, 0, 1)[None]
        with torch.no_grad():
            features, logits = network(pixels)
            rows["inception"].append(features[0])
            rows["logits"].append(logits[0])
            rows["inception-pytorch"].append(other(pixels.float() / 255)[0].flatten())
    shapes = {name: list(state[name].shape) for name in names}
    write(sys.argv[1], {name: torch.stack(row).numpy() for name, row in rows.items()},
          {"made_by": "tests/peers/inception_golden.py", "torch": torch.__version__, "shapes": json.dumps(shapes)})


if __name__ == "__main__":
    main()
