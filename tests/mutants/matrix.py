"""Do the tests tell right answers from wrong ones? ``python tests/mutants/matrix.py [--write] [NAME ...]`` prints a table.

Each answer of ``tests/mutants/NAME.py`` is put into the solution notebook in place of the solution of its task, handed
in by a student of its own, and graded by the real nbgrader with the tests of this task. A wrong answer must lose points
in its task, a right one must get all of them. With ``--write``, what the tests say to each wrong answer goes into
``mistakes.csv``, which the instructor's guide shows.
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


def verdicts(name, task, class_dir):
    """A `Verdict` on every answer to a task of assignment `name`, graded in the folder `class_dir`."""
    students = {f"answer{number:03}": answer for number, answer in enumerate(classroom.answers(name)) if answer.task == task}
    classroom.private_course(name, classroom.for_one_task(name, task), class_dir)
    papers = {student: classroom.answered(classroom.for_one_task(name, task), {task: answer.source})
              for student, answer in students.items()}
    graded, best = classroom.grade(name, papers, class_dir, TEST_SEED="0"), classroom.points(name)[task]
    return [Verdict(answer, graded.get(student, {}).get(task), best, classroom.message(name, student, task, class_dir))
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


def run(name, task):
    with tempfile.TemporaryDirectory() as class_dir:
        return verdicts(name, task, class_dir)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="assignments (default: all)")
    parser.add_argument("--write", action="store_true", help=f"write {MISTAKES.name} (all assignments)")
    options = parser.parse_args()
    names = classroom.assignments() if options.write else options.names or classroom.assignments()
    mistakes, failed = [["assignment", "task", "mistake", "message"]], False
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = {name: [pool.submit(run, name, task) for task in classroom.tasks(name)] for name in names}
        for name, tasks in waiting.items():
            rows = [row for task in tasks for row in task.result()]
            print(table(name, rows), flush=True)
            failed |= not all(row.fine for row in rows)
            mistakes += [[name, row.answer.task, row.answer.words, row.message] for row in rows if not row.answer.right]
    if options.write:
        with MISTAKES.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(mistakes)
    sys.exit(failed)


if __name__ == "__main__":
    main()
