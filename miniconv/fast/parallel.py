"""Training by several processes, each with a part of every batch."""

import mmap
import multiprocessing
import os
import pickle
import signal

import numpy as np

from .. import _validate
from ..layers import Wrapper, inner_layers


class DataParallel(Wrapper):
    """A model and copies of it in forked processes, which share the work on each batch; itself a layer.

    NumPy's loops in Python hold the interpreter's lock, so that threads wait for each other; processes do
    not. A forked process has the model without copying it. From then on weights and gradients go through
    memory that all processes see, and images and outputs, which are few numbers beside them, through pipes.
    The gradients are added up in a fixed order, and a layer with random numbers, in an attribute `rng`, has
    other ones in each process, so that a run can be repeated to the last digit.

    Each process should use one core: set ``OPENBLAS_NUM_THREADS=1``. Where the system has no ``fork``, and
    after a call that was interrupted, the model does all the work itself.

    Parameters
    ----------
    model : layer
        Each image's output must not depend on the other images. Its weights are changed by an optimizer as if
        it were trained alone.
    processes : int, optional
        With this one; the number of cores by default.

    Attributes
    ----------
    params, grads : dict
        Those of `model`.

    Examples
    --------
    >>> from miniconv import SGD, Dense, train
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(200, 2))
    >>> with DataParallel(Dense(2, 2, rng), processes=2) as team:
    ...     losses = train(team, x, (x[:, 0] > 0).astype(int), 10, 20, SGD(0.5), rng, progress=False)
    >>> losses[-1] < losses[0]
    True
    """

    def __init__(self, model, processes=None):
        super().__init__(model)
        processes = _validate.integer(os.cpu_count() if processes is None else processes, "processes", 1)
        self._weights = _shared_like(model.params)
        self._workers = []
        if "fork" in multiprocessing.get_all_start_methods():
            for _ in range(processes - 1):
                self._workers.append(_Worker(model, self._weights, self._workers))
        self._parts = None  # where the batch was cut

    def forward(self, x):
        """Return the output for the batch `x`, of which each process computes a part."""
        x = _validate.real_array(x, "x", "N ...")
        self._parts = None
        for name, param in self.model.params.items():
            shared = self._weights.get(name)
            if shared is None or (shared.shape, shared.dtype) != (param.shape, param.dtype):
                raise ValueError(f"the parameter {name} is not the one that the processes have: make a new DataParallel")
            shared[...] = param
        parts = np.array_split(x, max(1, min(len(x), 1 + len(self._workers))))
        try:
            y = np.concatenate(self._share("forward", parts))
        except ValueError:
            self.model.forward(x)  # says what is wrong with the whole batch
            raise
        self._parts, self._y_shape = np.cumsum([len(part) for part in parts])[:-1], y.shape
        return y

    def backward(self, dout):
        """Return the gradient with respect to the last `x`, and keep those of the parameters."""
        if self._parts is None:
            raise RuntimeError("DataParallel.backward needs a call of forward before it")
        dout = _validate.real_array(dout, "dout", "N ...")
        _validate.same_shape(dout, "dout", self._y_shape, "the output")
        parts = self._share("backward", np.split(dout, self._parts))
        for worker in self._workers[:len(parts) - 1]:
            for name, grad in self.model.grads.items():
                grad += worker.grads[name]
        return None if parts[0] is None else np.concatenate(parts)

    def close(self):
        """End the other processes. The model stays as it is."""
        for worker in self._workers:
            worker.close()
        self._workers, self._parts = [], None

    def __reduce__(self):
        raise TypeError("a DataParallel cannot be copied, and its processes neither: copy its model")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def _share(self, method, parts):
        """Return what `method` of the models returns for the parts; this process does the first one."""
        workers = self._workers[:len(parts) - 1]
        answers = None
        try:
            for worker, part in zip(workers, parts[1:]):
                worker.tell(method, part)
            try:
                own = getattr(self.model, method)(parts[0])
            except Exception as error:
                own = error
            answers = [own, *(worker.answer() for worker in workers)]
        finally:
            if answers is None:  # interrupted: one that is still to come would be taken for that of the next call
                for worker in self._workers:
                    worker.kill()
                self._workers, self._parts = [], None
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
        return answers


class _Worker:
    """A forked process with a copy of the model, seen from the one that forked it."""

    def __init__(self, model, weights, elder):
        context = multiprocessing.get_context("fork")
        self.grads = _shared_like(model.params)
        self.connection, end = context.Pipe()
        not_its_own = [self.connection, *(worker.connection for worker in elder)]
        self._process = context.Process(
            target=_work, args=(model, 1 + len(elder), weights, self.grads, end, not_its_own), daemon=True
        )
        self._process.start()
        end.close()

    def tell(self, method, part):
        try:
            self.connection.send((method, part))
        except ConnectionError:
            pass  # answer() says so

    def answer(self):
        try:
            return self.connection.recv()
        except (EOFError, ConnectionError):
            return RuntimeError("a process of DataParallel has died")

    def close(self):
        self.tell(None, None)
        self.connection.close()
        self._process.join()

    def kill(self):
        self._process.kill()
        self.connection.close()
        self._process.join()


def _work(model, number, weights, grads, connection, not_its_own):
    """Call the model as told, until told to end or nobody is there to tell."""
    _draw_other_numbers(model, number, {})
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process in front of the keyboard ends this one
    for other in not_its_own:
        other.close()
    while True:
        try:
            method, part = connection.recv()
        except EOFError:
            return
        if method is None:
            return
        try:
            for name, param in model.params.items() if method == "forward" else ():
                param[...] = weights[name]
            answer = getattr(model, method)(part)
            for name, grad in model.grads.items() if method == "backward" else ():
                grads[name][...] = grad
        except Exception as error:
            answer = _that_can_be_sent(error)
        connection.send(answer)


def _that_can_be_sent(error):
    """Return the error, or its words where it does not survive the way to another process."""
    try:
        return pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")


def _draw_other_numbers(model, number, drawn):
    """Give each layer that draws random numbers a generator of this process; layers with one in common still have one."""
    if getattr(model, "rng", None) is not None:
        if model.rng not in drawn:
            drawn[model.rng] = model.rng.spawn(number)[-1]
        model.rng = drawn[model.rng]
    for layer in inner_layers(model):
        _draw_other_numbers(layer, number, drawn)


def _shared_like(arrays):
    """Return arrays of the same names, shapes and dtypes in memory that forked processes share."""
    return {
        name: np.frombuffer(mmap.mmap(-1, array.nbytes), array.dtype).reshape(array.shape)
        for name, array in arrays.items()
    }
