"""Do the tests tell right answers from wrong ones? ``python tests/mutants/matrix.py [--write] [NAME ...]`` prints a table.

Each answer of ``tests/mutants/NAME.py`` is put into the solution notebook in place of the solution of its task, handed
in by a student of its own, and graded by the real nbgrader. A wrong answer must lose points in its task, a right one
must get all of them. With ``--write``, what the tests say to each wrong answer goes into ``mistakes.csv``, which the
instructor's guide shows.
"""
import argparse
import csv
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "grading"))
import classroom  # noqa: E402

MISTAKES = HERE / "mistakes.csv"


class Verdict(NamedTuple):
    answer: classroom.Answer
    scored: float | None
    best: float
    message: str  # the first failing test's

    @property
    def fine(self):
        """Whether the answer was judged as it should be."""
        return self.scored is not None and (self.scored == self.best) == self.answer.right


def verdicts(name, class_dir):
    """A `Verdict` on every answer to assignment `name`, graded in the folder `class_dir`."""
    students = {f"answer{number:03}": answer for number, answer in enumerate(classroom.answers(name))}
    papers = {student: classroom.submission(name, {answer.task: answer.source}, tests_of=answer.task)
              for student, answer in students.items()}
    graded, full = classroom.grade(name, papers, class_dir, TEST_SEED="0"), classroom.points(name)
    return [Verdict(answer, graded.get(student, {}).get(answer.task), full[answer.task],
                    classroom.message(name, student, answer.task, class_dir))
            for student, answer in students.items()]


def table(name, rows):
    lines = [name]
    for row in rows:
        kind = "right" if row.answer.right else "wrong"
        lines.append(f"  {'ok' if row.fine else 'FAILS':5}  {row.scored!s:>4} of {row.best:<3} {kind}  "
                     f"{row.answer.task}: {row.answer.words}")
    right = sum(row.answer.right for row in rows)
    bad = sum(not row.fine for row in rows)
    lines.append(f"  {right} right and {len(rows) - right} wrong answers, {bad} judged wrongly")
    return "\n".join(lines)


def run(name):
    with tempfile.TemporaryDirectory() as class_dir:
        return verdicts(name, class_dir)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="assignments (default: all)")
    parser.add_argument("--write", action="store_true", help=f"write {MISTAKES.name} (all assignments)")
    options = parser.parse_args()
    names = classroom.assignments() if options.write else options.names or classroom.assignments()
    mistakes, failed = [["assignment", "task", "mistake", "message"]], False
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, rows in zip(names, pool.map(run, names)):
            print(table(name, rows), flush=True)
            failed |= not all(row.fine for row in rows)
            mistakes += [[name, row.answer.task, row.answer.words, row.message] for row in rows if not row.answer.right]
    if options.write:
        with MISTAKES.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(mistakes)
    sys.exit(failed)


if __name__ == "__main__":
    main()
