#!/usr/bin/env python3
"""Golden values of the set distances, from numpy and scipy written after the papers, in double.

    distances_golden.py

Two feature sets come from a formula (the tests in tests/unit/metrics have the same); prints the values that stand in
those tests.
"""
import numpy as np
import scipy.linalg
from scipy.spatial.distance import cdist, pdist
from sklearn.neighbors import NearestNeighbors


def features(count, dimension, salt):
    """Whole-number noise: (k * 7919 + j * 104729 + salt) through a square, 0 … 1, with a slope over columns."""
    k, j = np.mgrid[0:count, 0:dimension].astype(np.int64)
    v = (k * 7919 + j * 104729 + salt * 611953 + k * k * 31 + k * j * 17) % 10007
    return ((v / 10007.0) * (1 + 0.1 * (j % 5)) + 0.02 * salt).astype(np.float32).astype(np.float64)


def frechet(a, b):
    s1, s2 = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = scipy.linalg.eigvals(s1 @ s2)
    return ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(s1 + s2) - 2 * np.sqrt(np.maximum(root.real, 0)).sum()


def unbiased(kernel, a, b):
    m, n = len(a), len(b)
    xx, yy, xy = kernel(a, a), kernel(b, b), kernel(a, b)
    return ((xx.sum() - np.trace(xx)) / (m * (m - 1)) + (yy.sum() - np.trace(yy)) / (n * (n - 1)) - 2 * xy.mean())


def main():
    a, b = features(200, 12, 0), features(180, 12, 3)
    print("frechet", repr(frechet(a, b)))
    few = features(9, 12, 5)
    print("frechet rank deficient", repr(frechet(a, few)))
    polynomial = lambda x, y: (x @ y.T / x.shape[1] + 1) ** 3
    print("kernel distance, whole sets", repr(unbiased(polynomial, a[:180], b)))
    gaussian = lambda x, y: np.exp(-cdist(x, y, "sqeuclidean") / 2)
    print("quadratic discrepancy, bandwidth 1", repr(unbiased(gaussian, a, b)))
    x, y = a[:180].reshape(90, 2, -1), b.reshape(90, 2, -1)
    k = lambda p, q: np.exp(-((p - q) ** 2).sum(1) / 2)
    h = k(x[:, 0], x[:, 1]) + k(y[:, 0], y[:, 1]) - k(x[:, 0], y[:, 1]) - k(x[:, 1], y[:, 0])
    print("linear discrepancy, bandwidth 1", repr(h.mean()), repr(h.std(ddof=1) / np.sqrt(90)))
    radius = lambda s: NearestNeighbors(n_neighbors=4).fit(s).kneighbors(s)[0][:, 3]
    inside = lambda q, c: (cdist(q, c) <= radius(c)[None]).any(1).mean()
    print("precision, recall", repr(inside(b, a)), repr(inside(a, b)))
    p = np.exp(a - a.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    print("classifier score, one split", repr(np.exp((p * (np.log(p) - np.log(p.mean(0)))).sum(1).mean())))
    print("median distance", repr(np.median(pdist(np.concatenate([a, b])))))


if __name__ == "__main__":
    main()
