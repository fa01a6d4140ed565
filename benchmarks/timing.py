"""Honest timing: contestants take turns, and the processor's time of the one thread that works is what counts.

Two contestants that run one after the other may meet another clock frequency, another neighbour on the machine. Taking
turns, both meet all of it. The median of the turns does not see the one that was interrupted.
"""

import ctypes
import os
import statistics
import time
from pathlib import Path

TURN = 0.02       # seconds that a turn takes at least: a shorter call is repeated
ONCE = 1.0        # a call that takes longer is not made again after the first time
MMAP_THRESHOLD = -3  # a constant of malloc.h
DISTURBED = 1.15  # wall time over processor time from which a result is marked


def contest(contestants, seconds=2.0):
    """Let functions of no arguments take turns for about `seconds` each.

    Returns
    -------
    dict
        For each name ``median`` and ``best``, seconds of processor time for one call, and ``disturbed``, whether the
        wall clock went more than 1.15 times as far.
    """
    first = {name: _turn(function, 1) for name, function in contestants.items()}
    repeats = {name: max(1, round(TURN / max(cpu, 1e-7))) for name, (cpu, _) in first.items()}
    turns = {name: [] if cpu < ONCE else [first[name]] for name, (cpu, _) in first.items()}
    running = [name for name in contestants if first[name][0] < ONCE]
    spent = dict.fromkeys(running, 0.0)
    while running:
        for name in running:
            cpu, wall = _turn(contestants[name], repeats[name])
            spent[name] += wall
            turns[name].append((cpu / repeats[name], wall / repeats[name]))
        running = [name for name in running if spent[name] < seconds or len(turns[name]) < 3]
    return {name: _summary(pairs) for name, pairs in turns.items()}


def _turn(function, repeats):
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(repeats):
        function()
    return time.process_time() - cpu, time.perf_counter() - wall


def _summary(turns):
    cpu, wall = (statistics.median(times) for times in zip(*turns))
    return {"median": cpu, "best": min(cpu for cpu, _ in turns), "disturbed": wall > DISTURBED * cpu}


def peak_memory(function):
    """Return by how many bytes a process that calls `function` grows at most; the call is made in a forked one."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            c_library = ctypes.CDLL(None)
            c_library.mallopt(MMAP_THRESHOLD, 2**16)  # each array from the system
            c_library.malloc_trim(0)  # and none from what this process has freed and kept
            reset_peak()
            before = status("VmRSS")
            function()
            os.write(writer, str(status("VmHWM") - before).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with open(reader) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return int(answer)


def reset_peak():
    """Let the kernel forget the greatest size that this process has had."""
    Path("/proc/self/clear_refs").write_text("5")


def status(key):
    """Return a size of this process in bytes: now ``VmRSS``, at most ``VmHWM``."""
    return _bytes("/proc/self/status", key)


def own_pages(pid):
    """Return the bytes of a process that no other one shares."""
    return _bytes(f"/proc/{pid}/smaps_rollup", "Private_Dirty") + _bytes(f"/proc/{pid}/smaps_rollup", "Private_Clean")


def _bytes(file, key):
    for text in Path(file).read_text().splitlines():
        if text.startswith(key + ":"):
            return 1024 * int(text.split()[1])
