"""Weights of Inception-v3 from a formula in whole numbers: tests/unit/metrics/inception_test.cpp makes the same ones.

Real weights are 95 MB and not ours to give away; these are enough to compare two implementations of the network.
"""
from unittest import mock

import numpy as np
import torch
import torch_fidelity.feature_extractor_inceptionv3 as fidelity


def blank_network(features=("2048", "logits_unbiased")):
    """torch-fidelity's network, without the download of its weights."""
    network = fidelity.FeatureExtractorInceptionV3
    with mock.patch.object(fidelity, "load_state_dict_from_url", lambda *a, **k: None), \
            mock.patch.object(network, "load_state_dict", lambda self, state: None):
        return network("blank", list(features))


def uniform(count, salt):
    """`count` numbers in [0, 1) with 24 bits."""
    h = (np.arange(count, dtype=np.uint64) * 2654435761 + salt * 2654435769) & 0xFFFFFFFF
    h ^= h >> 15
    h = (h * 0x85EBCA6B) & 0xFFFFFFFF
    h ^= h >> 13
    h = (h * 0xC2B2AE35) & 0xFFFFFFFF
    h ^= h >> 16
    return (h >> 8).astype(np.float64) / (1 << 24)


def values(name, shape, salt):
    u = uniform(int(np.prod(shape)), salt).reshape(shape)
    if name.endswith(".running_var"):
        v = 0.5 + u
    elif name.endswith(".bn.weight"):
        v = 0.8 + 0.4 * u
    elif name.endswith(".weight"):
        v = (2 * u - 1) * np.sqrt(6 / np.prod(shape[1:]))
    else:
        v = (u - 0.5) * 0.2
    return torch.from_numpy(v.astype(np.float32))


def state_dictionary(network):
    """Salt k belongs to the k-th floating-point tensor by name."""
    names = sorted(name for name, tensor in network.state_dict().items() if tensor.is_floating_point())
    state = dict(network.state_dict())
    for salt, name in enumerate(names):
        state[name] = values(name, tuple(state[name].shape), salt)
    return names, state
