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
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC


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


def support_vectors():
    """Three classes, the k-th column lifted for class k: the test in support_vectors_test.cpp has the same. As they are,
    and as the program takes them unless it is told otherwise: standardised by the training rows, over sqrt(D)."""
    x, labels = features(120, 6, 0), np.arange(120) % 3
    x[np.arange(120), labels] += np.float32(0.35)
    test = features(60, 6, 9)
    test[np.arange(60), np.arange(60) % 3] += np.float32(0.35)
    scaler = StandardScaler().fit(x)
    for name, prepare in (("as they are", lambda rows: rows),
                          ("standardised", lambda rows: scaler.transform(rows) / np.sqrt(rows.shape[1]))):
        machine = LinearSVC(C=1.0, loss="squared_hinge", dual=True, tol=1e-10, max_iter=10**7, random_state=0)
        machine.fit(prepare(x), labels)
        print("support vectors", name, np.concatenate([machine.coef_, machine.intercept_[:, None]], 1).tolist())
        print("accuracies", machine.score(prepare(x), labels), machine.score(prepare(test), np.arange(60) % 3))


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
    radius = NearestNeighbors(n_neighbors=6).fit(a).kneighbors(a)[0][:, 5]
    within = cdist(a, b) <= radius[:, None]
    print("density, coverage, k 5", repr(within.sum(0).mean() / 5), repr(within.any(1).mean()))
    distances, places = NearestNeighbors(n_neighbors=1).fit(a).kneighbors(b)
    print("nearest", places[:8, 0].tolist(), repr(distances.sum()))
    print("mean pairwise distance", repr(pdist(a).mean()))
    print("frechet of small batches", repr(frechet(a[:8], b[:8])))
    support_vectors()
    p = np.exp(a - a.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    print("classifier score, one split", repr(np.exp((p * (np.log(p) - np.log(p.mean(0)))).sum(1).mean())))
    print("median distance", repr(np.median(pdist(a))))
    parts = h.reshape(6, 15).mean(1)
    print("linear discrepancy over 6 splits", repr(parts.mean()), repr(parts.std(ddof=1)))


if __name__ == "__main__":
    main()
