#!/usr/bin/env python3
"""Golden values of FID, KID, Inception Score, precision and recall by torch-fidelity, and of FID by pytorch-fid.

    fidelity_golden.py

The two feature sets and the logits come from the formula of distances_golden.py (the tests in tests/unit/metrics have
the same), so that only the values are kept, in tests/unit/metrics/peers_test.cpp. What the networks make of pictures is
compared by inception_golden.py and inception_peers.py.
"""
import numpy as np
import torch
import pytorch_fid.fid_score as fid_score
from distances_golden import features
from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
from torch_fidelity.metric_isc import isc_features_to_metric
from torch_fidelity.metric_kid import kid_features_to_metric
from torch_fidelity.metric_prc import prc_features_to_metric


def pytorch_fid_distance(a, b):
    """pytorch-fid 0.3.0 asks scipy's root for a second answer, which newer ones do not give."""
    root = fid_score.linalg.sqrtm

    def with_error(matrix, disp=True):
        found = root(matrix)
        return found if disp else (found, 0.0)

    fid_score.linalg.sqrtm = with_error
    try:
        moments = [(x.mean(0), np.cov(x, rowvar=False)) for x in (a, b)]
        return float(fid_score.calculate_frechet_distance(*moments[0], *moments[1]))
    finally:
        fid_score.linalg.sqrtm = root


def main():
    for count, dimension in ((600, 64), (180, 12)):
        a, b = features(count, dimension, 0), features(count, dimension, 3)
        x, y = torch.from_numpy(a), torch.from_numpy(b)
        print(f"{count} rows of {dimension} numbers")
        print(" FID, torch-fidelity", repr(fid_statistics_to_metric(fid_features_to_statistics(x),
              fid_features_to_statistics(y), False)["frechet_inception_distance"]))
        print(" FID, pytorch-fid", repr(pytorch_fid_distance(a, b)))
        print(" KID, one subset of all", repr(kid_features_to_metric(
            x, y, kid_subsets=1, kid_subset_size=count, verbose=False)["kernel_inception_distance_mean"]))
        for splits in (1, 6):
            score = isc_features_to_metric(4 * x, splits, shuffle=False)
            spread = score["inception_score_std"] * np.sqrt(splits / max(splits - 1, 1))  # theirs is over n, not n - 1
            print(f" Inception Score of 4 x, {splits} splits", repr(score["inception_score_mean"]), repr(float(spread)))
        both = prc_features_to_metric(x.float(), y.float(), prc_neighborhood=3, prc_batch_size=1000, verbose=False)
        print(" precision, recall", repr(both["precision"]), repr(both["recall"]))


if __name__ == "__main__":
    main()
