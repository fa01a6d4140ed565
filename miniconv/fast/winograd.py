"""Convolution with a 3x3 kernel by Winograd's minimal filtering, for layers of many channels."""

import numpy as np

from .layout import empty, zeros

_BT = np.array([
    [4, 0, -5, 0, 1, 0],
    [0, -4, -4, 1, 1, 0],
    [0, 4, -4, -1, 1, 0],
    [0, -2, -1, 2, 1, 0],
    [0, 2, -1, -2, 1, 0],
    [0, 4, 0, -5, 0, 1],
])
_G = np.array([
    [1 / 4, 0, 0],
    [-1 / 6, -1 / 6, -1 / 6],
    [-1 / 6, 1 / 6, -1 / 6],
    [1 / 24, 1 / 12, 1 / 6],
    [1 / 24, -1 / 12, 1 / 6],
    [0, 0, 1],
])
_AT = np.array([
    [1, 1, 1, 1, 1, 0],
    [0, 1, -1, 2, -2, 0],
    [0, 1, 1, 4, 4, 0],
    [0, 1, -1, 8, -8, 1],
])


class Winograd:
    r"""Convolution of stride 1 with a weight (F, C, 3, 3) by F(4x4, 3x3), and its gradients.

    The output is cut into tiles of 4x4, each of which depends on 6x6 pixels. Directly it costs
    :math:`16 \cdot 9 = 144` multiplications for each pair of channels. Tile, kernel and input are polynomials
    in disguise, and a product of polynomials is found from their values at enough points: with the values of
    both at 6x6 points, 36 multiplications are left.

    .. math:: Y = A^T \left[ (G g G^T) \odot (B^T d B) \right] A

    To multiply from both sides by a 6x6 matrix is one product with its 36x36 Kronecker square, for all tiles
    and channels at once. The 36 points then are 36 products of matrices (F, C) and (C, tiles). The
    transforms cost the same for any number of channels on the other side, so that this pays from about 48.

    The backward pass takes the transposed steps in the opposite order. The transforms add and subtract
    numbers of very different size, so that in float32 the result has a relative error of about 1e-5, where
    the direct product has 5e-7. A NaN or an infinity spreads over the tiles that it is in.

    Parameters
    ----------
    x_shape, weight_shape, before, out_size, dtype
        As in `RowConvolution`.

    References
    ----------
    Lavin, A. and Gray, S., *Fast algorithms for convolutional neural networks*, CVPR 2016, arXiv:1509.09308.
    """

    def __init__(self, x_shape, weight_shape, before, out_size, dtype):
        c, h, w, n = x_shape
        f = weight_shape[0]
        (top, left), (oh, ow) = before, out_size
        self.out_size = out_size
        down, across = self._tiles = -(-oh // 4), -(-ow // 4)
        self._bt, self._at = (np.kron(m, m).astype(dtype) for m in (_BT, _AT))
        self._g = np.kron(_G, _G).astype(dtype)
        self._inside = np.index_exp[:, top:top + h, left:left + w]
        self._outside = np.index_exp[:, :oh, :ow]

        self._padded = zeros((c, 4 * down + 2, 4 * across + 2, n), dtype)
        self._dpadded = empty(self._padded.shape, dtype)
        self._pixels = empty((6, 6, c, across, n), dtype)
        self._values = empty((down, 36, c, across * n), dtype)
        self._dvalues = empty((36, c, across * n), dtype)
        self._products = empty((36, f, across * n), dtype)
        self._tile_row = empty((4, 4, f, across, n), dtype)
        self._y = empty((f, down, 4, across, 4, n), dtype)
        self._dy = zeros((f, 4 * down, 4 * across, n), dtype)

    def read(self, x):
        """Transform all tiles of `x`, a row of tiles at a time."""
        self._padded[self._inside] = x
        for row, values in enumerate(self._values):
            for i, j, window in self._windows(self._padded, row):
                self._pixels[i, j] = window
            np.matmul(self._bt, self._pixels.reshape(36, -1), out=values.reshape(36, -1))

    def product(self, weight):
        """Return the convolution of what was read, (F, OH, OW, N)."""
        f, n = len(weight), self._y.shape[-1]
        points = self._at_points(weight)
        for row, values in enumerate(self._values):
            np.matmul(points, values, out=self._products)
            np.matmul(self._at, self._products.reshape(36, -1), out=self._tile_row.reshape(16, -1))
            self._y[:, row] = self._tile_row.transpose(2, 0, 3, 1, 4)
        down, across = self._tiles
        return self._y.reshape(f, 4 * down, 4 * across, n)[self._outside]

    def backward(self, dy, weight, need_dx=True):
        """Return `dx`, or None if it is not needed, and `dweight` for what was read."""
        f, c, *_ = weight.shape
        down, across = self._tiles
        self._dy[self._outside] = dy
        tiles = self._dy.reshape(f, down, 4, across, 4, -1)
        points = self._at_points(weight).swapaxes(1, 2)
        dpoints = np.zeros((36, f, c), dy.dtype)
        self._dpadded[...] = 0
        for row, values in enumerate(self._values):
            self._tile_row[...] = tiles[:, row].transpose(1, 3, 0, 2, 4)
            np.matmul(self._at.T, self._tile_row.reshape(16, -1), out=self._products.reshape(36, -1))
            dpoints += self._products @ values.swapaxes(1, 2)
            if need_dx:
                np.matmul(points, self._products, out=self._dvalues)
                np.matmul(self._bt.T, self._dvalues.reshape(36, -1), out=self._pixels.reshape(36, -1))
                for i, j, window in self._windows(self._dpadded, row):
                    window += self._pixels[i, j]
        dweight = (self._g.T @ dpoints.reshape(36, -1)).reshape(3, 3, f, c).transpose(2, 3, 0, 1)
        return self._dpadded[self._inside] if need_dx else None, np.ascontiguousarray(dweight)

    def _at_points(self, weight):
        """Return the kernels at the 36 points, (36, F, C)."""
        f, c, *_ = weight.shape
        return (self._g @ weight.reshape(f * c, 9).T).reshape(36, f, c)

    def _windows(self, padded, row):
        """Yield i, j and the view of `padded` that holds entry (i, j) of each tile in a row of tiles."""
        width = 4 * self._tiles[1]
        for i, j in np.ndindex(6, 6):
            yield i, j, padded[:, 4 * row + i, j:j + width:4]
