"""Keeping the weights of a trained model in a file (chapter 8)."""

import io
import os
import zipfile
import zlib

import numpy as np

from . import _validate


def save(model, path):
    """Write the parameters of a model to an ``.npz`` file.

    Parameters
    ----------
    model : layer
    path : str or Path
        Taken as it is. An existing file is replaced in one step, once the new one is complete.

    Raises
    ------
    FileNotFoundError
        If the folder for it is not there.
    ValueError
        If there is a folder of this name.

    See Also
    --------
    load
    """
    _validate.layer(model, "model")
    path = _file(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent} to write {path.name} into")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(part, "wb") as file:
            np.savez(file, **model.params)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def load(model, path):
    """Read the parameters that `save` wrote into a model of the same layers.

    Parameters
    ----------
    model : layer
        Its parameters are changed in place, all of them or, when an error is raised, none.
    path : str or Path

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is damaged, or the names or shapes in it are not those of the model.

    Examples
    --------
    >>> import tempfile
    >>> from miniconv import Dense
    >>> a, b = Dense(3, 2), Dense(3, 2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(a, folder + "/dense.npz")
    ...     load(b, folder + "/dense.npz")
    >>> bool((a.params["weight"] == b.params["weight"]).all())
    True
    """
    _validate.layer(model, "model")
    path = _file(path)
    content = io.BytesIO(path.read_bytes())
    try:
        stored = dict(np.load(content, allow_pickle=False).items())  # a lone array has no items
    except (ValueError, EOFError, AttributeError, OSError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{path} is not a complete file of weights: {error}") from None

    params = model.params
    if stored.keys() != params.keys():
        raise ValueError(f"{path} holds the parameters {sorted(stored)}, but the model has {sorted(params)}")
    for name, values in stored.items():
        _validate.same_shape(_validate.real_array(values, name, "..."), name, params[name].shape, "the model")
    for name, values in stored.items():
        params[name][...] = values


def _file(path):
    """Return the path of a file, which may be missing."""
    path = _validate.file_path(path, "path")
    if path.is_dir():
        raise ValueError(f"path must name a file, found the folder {str(path)!r}")
    return path
