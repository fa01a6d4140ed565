"""Matrix products in blocks of columns.

OpenBLAS first copies the operands of a product into an order that its kernel likes. Where the matrices have
few rows this copying costs more than the product. For AVX-512 it also has kernels that read the operands as
they are, for products of at most a million multiply-adds; `SMALL_KERNELS` says whether they are there.

References
----------
OpenBLAS, ``kernel/x86_64/sgemm_small_kernel_permit_skylakex.c``: the limits.
"""

import math

import numpy as np

MILLION = 1_000_000
FEWEST_COLUMNS = 200
MOST_OUTPUTS = 1200
FEWEST_TERMS = 500


def _has_small_kernels():
    """Return whether NumPy multiplies with OpenBLAS on a processor with AVX-512.

    This is read from NumPy's own description of itself and not measured: a choice by the clock could fall
    differently from run to run, and with it the last digit of the result.
    """
    about = np.show_config(mode="dicts")
    blas = about["Build Dependencies"]["blas"].get("name", "")
    found = about.get("SIMD Extensions", {}).get("found", [])
    return "openblas" in blas and any(name in ("X86_V4", "AVX512_SKX") for name in found)


SMALL_KERNELS = _has_small_kernels()


def sum_of_products(terms, out, work):
    """Set `out` to the sum of ``a @ b`` over the pairs (a, b) of `terms`, and return it.

    Parameters
    ----------
    terms : list of (ndarray, ndarray)
        Shapes (M, K) and (K, P), the same for all.
    out, work : ndarray, shape (M, P)
        `work` holds one term at a time.
    """
    (m, k), p = terms[0][0].shape, out.shape[1]
    widest = MILLION // (m * k)
    if not SMALL_KERNELS or widest < FEWEST_COLUMNS:
        widest = p
    width = math.ceil(p / math.ceil(p / widest))
    for start in range(0, p, width):
        block = slice(start, start + width)
        total, term = out[:, block], work[:, block]
        (a, b), *others = terms
        np.matmul(a, b[:, block], out=total)
        for a, b in others:
            np.matmul(a, b[:, block], out=term)
            total += term
    return out


def product_with_transpose(a, b):
    """Return ``a @ b.T`` for (M, P) and (K, P), where P is by far the longest.

    The small kernels for a transposed factor want at most 1200 entries in the answer, so that both its rows
    and the sum over P are cut.
    """
    (m, p), k = a.shape, len(b)
    rows = math.ceil(m / math.ceil(m * k / MOST_OUTPUTS))
    columns = math.ceil(p / math.ceil(p * rows * k / MILLION))
    if not SMALL_KERNELS or a.dtype != np.float32 or columns < FEWEST_TERMS:
        return a @ b.T
    out = np.zeros((m, k), a.dtype)
    for start in range(0, p, columns):
        block = slice(start, start + columns)
        for row in range(0, m, rows):
            out[row:row + rows] += a[row:row + rows, block] @ b[:, block].T
    return out
