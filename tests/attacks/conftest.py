"""Grades each class of attacks once."""
import functools
import shutil
import tempfile
from pathlib import Path

import pytest

import folders
import hostile

OPTIONS = {"bombs": ["--Execute.timeout=3", "--Sandbox.memory_mb=1500"], "endless": ["--Execute.timeout=1"]}
ORDINARY = "-as-ordinary-user"


@pytest.fixture(scope="session")
def graded():
    """A function from the name of a class of attacks to the graded class."""
    places = []

    @functools.cache
    def graded(name):
        places.append(Path(tempfile.mkdtemp(prefix="attacks-")))
        places[-1].chmod(0o755)
        group = name.removesuffix(ORDINARY)
        attacks = folders.ATTACKS.get(group) or hostile.attacks(group)
        return hostile.Class(places[-1], attacks, OPTIONS.get(group, ["--Execute.timeout=3"]), as_ordinary_user=group != name).grade()

    yield graded
    for place in places:
        shutil.rmtree(place)
