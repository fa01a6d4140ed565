"""Make the check that students get: ``python -m autograde.students_check RELEASE FOLDER``.

FOLDER gets copies of the modules that say what is wrong with a submission, and every stub in the folder RELEASE to compare
with. So students read the words that grading will use, and need nothing but Jupyter.
"""
import json
import shutil
import sys
from pathlib import Path

from autograde.check import STUBS

MODULES = ["__init__", "assignment", "cells", "check", "intake", "structure"]
START = '''"""Says what is missing before you hand in your work: ``python check NAME`` in the folder exercises."""
from autograde.check import main

main()
'''


def make(release, folder):
    """Write the check for all assignments in `release` into `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "autograde").mkdir(parents=True)
    for name in MODULES:
        shutil.copyfile(Path(__file__).with_name(f"{name}.py"), folder / "autograde" / f"{name}.py")
    (folder / "__main__.py").write_text(START, encoding="utf-8")
    stubs = {path.stem: path.read_text(encoding="utf-8") for path in sorted(release.glob("*/*.ipynb"))
             if path.stem == path.parent.name}
    (folder / STUBS).write_text(json.dumps(stubs, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    make(*map(Path, sys.argv[1:]))
