"""Max pooling with the batch innermost, which remembers the winners for the way back."""

from contextlib import contextmanager

import numpy as np

from .layout import empty, zeros


class MaxPool:
    """Maximum of windows that lie side by side, for an `x` of one shape (C, H, W, N).

    The maximum of a window is that of its rows' maxima. With columns first and rows second, a window of 2x2
    takes one comparison of two half maps and one of two quarters, where four quarters against the first take
    three. Masks of the winners make the way back a few multiplications: the winner gets the gradient times
    its mask, the others what is left. Of equal entries the first one in row-major order wins, as in
    `max_pool2d`. In a window with a NaN the maximum is NaN, and who gets its gradient is left open.

    Parameters
    ----------
    x_shape : (int, int, int, int)
        (C, H, W, N)
    size : (int, int)
        Rows and columns of the window. Pixels that fill no window are left out.
    dtype : dtype
    """

    def __init__(self, x_shape, size, dtype):
        c, h, w, n = x_shape
        kh, kw = size
        oh, ow = h // kh, w // kw
        rows, columns = oh * kh, ow * kw
        self._in_row = [np.index_exp[:, :rows, j:columns:kw] for j in range(kw)]
        self._in_column = [np.index_exp[:, i::kh] for i in range(kh)]
        self._row_peaks = empty((c, rows, ow, n), dtype)
        self._peaks = empty((c, oh, ow, n), dtype)
        self._row_wins = empty((kw - 1, c, rows, ow, n), bool)
        self._column_wins = empty((kh - 1, c, oh, ow, n), bool)
        self._drow_peaks = empty(self._row_peaks.shape, dtype)
        self._dx = zeros(x_shape, dtype)

    def forward(self, x):
        with _short_buffer():
            keep_maxima([x[entry] for entry in self._in_row], self._row_peaks, self._row_wins)
            rows = [self._row_peaks[entry] for entry in self._in_column]
            keep_maxima(rows, self._peaks, self._column_wins)
        return self._peaks

    def backward(self, dout):
        with _short_buffer():
            pass_back(dout, self._column_wins, [self._drow_peaks[entry] for entry in self._in_column])
            pass_back(self._drow_peaks, self._row_wins, [self._dx[entry] for entry in self._in_row])
        return self._dx


@contextmanager
def _short_buffer():
    """Let NumPy carry strided and mixed operands through buffers of 1024 numbers, which stay in L1."""
    with np.errstate():  # which restores the size, too
        np.setbufsize(1024)
        yield


def keep_maxima(entries, peaks, wins):
    """Set `peaks` to the maxima of `entries`, and each of `wins` to where an entry beats those before it."""
    best = entries[0]
    for entry, won in zip(entries[1:], wins):
        np.greater(entry, best, out=won)
        best = np.maximum(entry, best, out=peaks)
    if len(entries) == 1:
        peaks[...] = best


def pass_back(dpeaks, wins, dentries):
    """Set `dentries` to the gradients of the entries: the last one that won has all of it."""
    rest = dpeaks
    for dentry, won in zip(dentries[:0:-1], wins[::-1]):
        np.multiply(rest, won, out=dentry)
        rest = np.subtract(rest, dentry, out=dentries[0])
    if len(dentries) == 1:
        dentries[0][...] = rest
