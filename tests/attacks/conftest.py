"""Grades each class of attacks once."""
import functools

import pytest

import folders
import hostile

OPTIONS = {"bombs": ["--Sandbox.memory_mb=1500"], "endless": ["--Execute.timeout=2"]}


@pytest.fixture(scope="session")
def graded(tmp_path_factory):
    @functools.cache
    def graded(name):
        attacks = folders.ATTACKS.get(name) or hostile.attacks(name)
        return hostile.Class(tmp_path_factory.mktemp(name), attacks, *OPTIONS.get(name, [])).grade()
    return graded
