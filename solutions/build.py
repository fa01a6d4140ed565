"""Turn the text twin of an assignment into its notebook: ``python solutions/build.py [NAME ...]`` (default: all).

``solutions/NAME/NAME.md`` is what people edit. This program copies ``checks.py`` beside it, converts it to
``NAME.ipynb`` and runs that once, so that the notebook carries its outputs. A notebook that agrees with its twin is
left as it is; ``--check`` only says which do not, and fails if there are any.
"""
import argparse
import os
import shutil
import sys
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
HERE = Path(__file__).resolve().parent
CHECKS = HERE / "checks.py"


def assignments():
    """The names of all assignments, in order."""
    return sorted(folder.name for folder in HERE.iterdir() if (folder / f"{folder.name}.md").is_file())


def from_twin(name):
    """The notebook that the text twin describes, without outputs, with cell ids that do not change between builds."""
    notebook = jupytext.read(HERE / name / f"{name}.md")
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for number, cell in enumerate(notebook.cells):
        cell.id = cell.metadata.get("nbgrader", {}).get("grade_id", f"cell-{number}")
    return notebook


def agrees_with_twin(name):
    """Whether the notebook and ``checks.py`` beside it are what the sources give."""
    folder = HERE / name
    notebook, copied = folder / f"{name}.ipynb", folder / "checks.py"
    if not notebook.is_file() or not copied.is_file() or copied.read_bytes() != CHECKS.read_bytes():
        return False
    return essence(nbformat.read(notebook, 4)) == essence(from_twin(name))


def essence(notebook):
    """What twin and notebook must share: every cell's id, type, source and metadata, and the notebook's metadata."""
    cells = [(cell.id, cell.cell_type, cell.source, cell.metadata) for cell in notebook.cells]
    return cells, notebook.metadata


def build(name):
    """Write the notebook of `name`, with the outputs of one run."""
    folder = HERE / name
    shutil.copyfile(CHECKS, folder / "checks.py")
    notebook = from_twin(name)
    client = NotebookClient(notebook, timeout=120, record_timing=False, resources={"metadata": {"path": str(folder)}})
    notebook = client.execute()
    notebook.metadata = from_twin(name).metadata
    nbformat.write(notebook, folder / f"{name}.ipynb")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="assignments (default: all)")
    parser.add_argument("--check", action="store_true", help="change nothing; fail if a notebook differs from its twin")
    options = parser.parse_args()
    unknown = set(options.names) - set(assignments())
    if unknown:
        parser.error(f"no such assignment: {', '.join(sorted(unknown))}; there are {', '.join(assignments())}")
    stale = [name for name in options.names or assignments() if not agrees_with_twin(name)]
    for name in stale:
        if options.check:
            print(f"solutions/{name}: notebook and text twin differ; run: python solutions/build.py {name}")
        else:
            print(f"solutions/{name}: building the notebook from its text twin")
            build(name)
    sys.exit(bool(stale) and options.check)


if __name__ == "__main__":
    main()
