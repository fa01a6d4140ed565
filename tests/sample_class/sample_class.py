"""The sample class: ``python tests/sample_class/sample_class.py FOLDER`` hands in its work, grades it, writes feedback.

Who hands in what, and the marks it must get, stands in ``class.toml`` beside this file.
"""
import shutil
import sys
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "grading"))
import classroom  # noqa: E402

CLASS = tomllib.loads(Path(__file__).with_name("class.toml").read_text(encoding="utf-8"))


def assignments():
    """The assignments that anybody hands in."""
    return sorted({name for student in CLASS.values() for name in student})


def expected(name):
    """The marks that each student must get: {student: {task: points}}."""
    return {student: work[name]["marks"] for student, work in CLASS.items() if name in work}


def papers(name):
    """What each student hands in: {student: notebook}."""
    stub = {cell.id: cell.source for cell in classroom.notebook(name, "exercises").cells}
    result = {}
    for student, work in CLASS.items():
        if name in work:
            chosen = work[name].get("answers", {})
            sources = {task: stub[task] if words == "untouched" else classroom.answer(name, task, words).source
                       for task, words in chosen.items()}
            sources |= work[name].get("code", {})
            result[student] = classroom.submission(name, sources, work[name].get("based_on", "solutions"))
    return result


def grade(class_dir):
    """Grade the whole class into `class_dir`, which is emptied first, and write everybody's feedback."""
    shutil.rmtree(class_dir, ignore_errors=True)
    for name in assignments():
        work = papers(name)
        print(f"Grading the sample class: {name}, {len(work)} submissions", flush=True)
        classroom.hand_in(name, work, class_dir)
        classroom.autograde(name, class_dir=class_dir)


if __name__ == "__main__":
    grade(Path(sys.argv[1]).resolve())
