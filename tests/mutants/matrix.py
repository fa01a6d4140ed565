"""Do the tests tell right answers from wrong ones? ``python tests/mutants/matrix.py [NAME ...]`` prints a table.

Each answer of ``tests/mutants/NAME.py`` is put into the solution notebook in place of the solution of its task, handed
in by a student of its own, and graded by the real nbgrader. A wrong answer must lose points in its task, a right one
must get all of them.
"""
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "grading"))
import classroom  # noqa: E402


def verdicts(name, class_dir):
    """[(answer, points, maximal points, whether that is as it should be)] for every answer to assignment `name`."""
    answers = classroom.answers(name)
    students = {f"answer{number:03}": answer for number, answer in enumerate(answers)}
    papers = {student: classroom.submission(name, {answer.task: answer.source}, pictures=False)
              for student, answer in students.items()}
    graded, full = classroom.grade(name, papers, class_dir), classroom.points(name)
    result = []
    for student, answer in students.items():
        scored = graded.get(student, {}).get(answer.task)
        best = full[answer.task]
        result.append((answer, scored, best, scored is not None and (scored == best) == answer.right))
    return result


def table(name, rows):
    lines = [name]
    for answer, scored, best, fine in rows:
        kind = "right" if answer.right else "wrong"
        lines.append(f"  {'ok' if fine else 'FAILS':5}  {scored!s:>4} of {best:<3} {kind}  {answer.task}: {answer.words}")
    right = sum(answer.right for answer, *_ in rows)
    bad = sum(not fine for *_, fine in rows)
    lines.append(f"  {right} right and {len(rows) - right} wrong answers, {bad} judged wrongly")
    return "\n".join(lines)


def main():
    failed = False
    for name in sys.argv[1:] or classroom.assignments():
        with tempfile.TemporaryDirectory() as class_dir:
            rows = verdicts(name, class_dir)
        print(table(name, rows), flush=True)
        failed |= not all(fine for *_, fine in rows)
    sys.exit(failed)


if __name__ == "__main__":
    main()
