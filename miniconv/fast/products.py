"""Into which pieces to cut matrix products.

OpenBLAS first copies the operands of a product into an order that its kernel likes. Where the matrices have
few rows this copying costs more than the product. For AVX-512 it also has kernels that read the operands as
they are, for products of at most a million multiply-adds; `SMALL_KERNELS` says whether they are there.

References
----------
OpenBLAS, ``kernel/x86_64/sgemm_small_kernel_permit_skylakex.c``: the limits.
"""

import numpy as np

MILLION = 1_000_000
FEWEST_COLUMNS = 100
MOST_OUTPUTS = 1200
FEWEST_TERMS = 200


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


def product_cuts(m, k, p):
    """Return into how many pieces to cut the columns of b in ``a @ b``, for the shapes (M, K) and (K, P)."""
    if not SMALL_KERNELS:
        return 1
    cuts = _cuts(p, MILLION // (m * k))
    return cuts if p // cuts >= FEWEST_COLUMNS else 1


def transposed_product_cuts(m, k, p, dtype):
    """Return into how many pieces to cut the rows and the columns of b in ``b @ a.T``, for (M, P) and (K, P).

    The small kernels for a transposed factor are for float32 and want at most 1200 entries in the answer, so
    that both its rows and the sum over P are cut.
    """
    if not SMALL_KERNELS or dtype != np.float32:
        return 1, 1
    row_cuts = _cuts(k, MOST_OUTPUTS // m)
    cuts = _cuts(p, MILLION // (m * k // row_cuts))
    return (row_cuts, cuts) if p // cuts >= FEWEST_TERMS else (1, 1)


def _cuts(size, most):
    """Return the smallest number of equal pieces of `size` that are no longer than `most`, or than 1."""
    return next(cuts for cuts in range(1, size + 1) if size % cuts == 0 and (size // cuts <= most or cuts == size))
