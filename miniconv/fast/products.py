"""Into which pieces to cut matrix products.

OpenBLAS first copies the operands of a product into an order that its kernel likes. Where the matrices have
few rows this copying costs more than the product. For AVX-512 it also has kernels that read the operands as
they are, for products of at most a million multiply-adds; `SMALL_KERNELS` says whether they are there.

References
----------
OpenBLAS, ``kernel/x86_64/sgemm_small_kernel_permit_skylakex.c``: the limits.
"""

import numpy as np

from .layout import empty, pixels

MILLION = 1_000_000   # multiply-adds of a small product, at most
FEWEST_COLUMNS = 64   # of a piece of a product
FEWEST_ROWS = 4       # of such a piece
LONG_SUM = 384        # terms of a sum over a strip, at least
FEWEST_TERMS = 200    # of a sum that is cut
MOST_OUTPUTS = 1200   # of a small product with a transposed factor
MOST_TERMS = 100_000  # numbers that wait to be added up, which then stay in the cache


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


def strip_width(m, k, ow, n):
    """Return how many columns of windows b should hold at a time in ``a @ b``, for (M, K) and (K, width*N).

    It is a divisor of OW. Columns are cut first. Where they would become too few, rows are cut as well.
    """
    width = max(ow // _cuts(ow, MILLION // (m * k * n)), _width(ow, n, FEWEST_COLUMNS))
    return width if _small_rows(m, k, width * n) else ow


def row_cuts(m, k, p):
    """Return the number of equal pieces into which to cut the rows of a in ``a @ b``, for (M, K) and (K, P)."""
    return _small_rows(m, k, p) or 1


def sum_width(ow, n):
    """Return the smallest divisor of OW that leaves N times as many terms for a sum, or OW if all are too small."""
    return _width(ow, n, LONG_SUM)


def sum_cuts(m, k, p):
    """Return how to cut the rows and columns of b in ``b @ a.T``, for the shapes (M, P) and (K, P).

    The small kernels for a transposed factor want at most 1200 entries in the answer.

    Returns
    -------
    row_cuts, cuts : int
        The numbers of equal pieces of its rows and of its columns, over which the product sums.
    """
    if not SMALL_KERNELS:
        return 1, 1
    row_cuts = _cuts(k, MOST_OUTPUTS // m)
    cuts = _cuts(p, MILLION // (m * (k // row_cuts)))
    return (row_cuts, cuts) if p // cuts >= FEWEST_TERMS else (1, 1)


def _small_rows(m, k, p):
    """Return the fewest pieces of rows that make small products, None if there are none or if they would be thin."""
    cuts = _cuts(m, MILLION // (k * p))
    if SMALL_KERNELS and p >= FEWEST_COLUMNS and m // cuts >= FEWEST_ROWS:
        return cuts


def _width(ow, n, fewest):
    """Return the smallest divisor of OW for which width*N is at least `fewest`, or OW."""
    return next(width for width in range(1, ow + 1) if ow % width == 0 and (width * n >= fewest or width == ow))


def _cuts(size, most):
    """Return the smallest number of equal pieces of `size` that are no longer than `most`, or than 1."""
    return next(cuts for cuts in range(1, size + 1) if size % cuts == 0 and (size // cuts <= most or cuts == size))


class RowProducts:
    """The products of kernels with the windows of each row, a strip of columns at a time.

    Parameters
    ----------
    windows : ndarray, shape (OH, K, width*N)
        Of the strip that was read last.
    y : ndarray, shape (M, OH, OW, N)
        Where the results belong, which may be every other row and column of an array. `numpy.matmul` writes
        only runs of memory. So where columns are skipped, the products of a strip go to a small array first,
        and from there to their places while they are still in the cache.
    strips : int
    """

    def __init__(self, windows, y, strips):
        (m, oh, ow, n), k, width = y.shape, windows.shape[1], y.shape[2] // strips
        self._windows = windows[:, None]
        self._cuts = row_cuts(m, k, width * n)
        self._places = y.reshape(m, oh, strips, width, n).transpose(2, 0, 1, 3, 4)
        adjacent = y.strides[2] == n * y.itemsize
        self._buffer = None if adjacent else empty(self._places.shape[1:], y.dtype)

    def write(self, matrix, strip):
        """Multiply the rows of a matrix (M, K) with the windows of a strip."""
        place = self._places[strip]
        result = place if self._buffer is None else self._buffer
        pieces = result.reshape(self._cuts, -1, len(self._windows), self._windows.shape[-1])
        np.matmul(matrix.reshape(self._cuts, -1, matrix.shape[1]), self._windows, out=pieces.transpose(2, 0, 1, 3))
        if self._buffer is not None:
            pixels(place)[...] = pixels(result)


class SumProducts:
    """The sum of the products of windows with gradients.

    It is computed as ``windows @ dy.T``, which is faster than its transpose: the matrix with more rows comes
    first.

    Parameters
    ----------
    windows : ndarray, shape (R, K, P)
    f : int
        Filters.
    """

    def __init__(self, windows, f):
        r, k, p = windows.shape
        row_cuts, self._cuts = sum_cuts(f, k, p)
        self._windows = windows.reshape(r, row_cuts, -1, self._cuts, p // self._cuts).transpose(0, 3, 1, 2, 4)
        self._rows = max(1, MOST_TERMS // (self._cuts * k * f))

    def add(self, dy, total):
        """Add the sum of ``windows @ dy`` to `total` (K, F), for a `dy` (R, P, F), or for fewer than R."""
        dy = dy.reshape(len(dy), self._cuts, 1, -1, dy.shape[-1])
        for start in range(0, len(dy), self._rows):
            some = slice(start, min(start + self._rows, len(dy)))
            total += (self._windows[some] @ dy[some]).sum((0, 1)).reshape(total.shape)
