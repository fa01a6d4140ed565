"""Every right answer gets all points of its task, every wrong one loses some: graded by the real nbgrader."""
import csv
import sys

import pytest

import classroom

sys.path.insert(0, str(classroom.ANSWERS))
import matrix  # noqa: E402

TASKS = [(name, task) for name in classroom.assignments() for task in classroom.tasks(name)]


@pytest.mark.parametrize("name, task", TASKS)
def test_answers_are_judged_rightly(name, task, tmp_path):
    rows = matrix.verdicts(name, task, tmp_path)
    assert rows and all(row.fine for row in rows), matrix.table(name, rows)


@pytest.mark.parametrize("name", classroom.assignments())
def test_the_instructor_s_guide_shows_the_mistakes_of_today(name):
    with matrix.MISTAKES.open(newline="", encoding="utf-8") as file:
        written = [(row["task"], row["mistake"]) for row in csv.DictReader(file) if row["assignment"] == name]
    wrong = [(answer.task, answer.words) for answer in classroom.answers(name) if not answer.right]
    assert written == wrong, "the guide shows other mistakes; run: python tests/mutants/matrix.py --write"


@pytest.mark.parametrize("name", classroom.assignments())
def test_there_are_enough_answers_to_every_task(name):
    answers = classroom.answers(name)
    assert {answer.task for answer in answers} == set(classroom.tasks(name))
    assert len({(answer.task, answer.words) for answer in answers}) == len(answers)
    for task in classroom.tasks(name):
        assert sum(answer.right for answer in answers if answer.task == task) >= 3, task
        assert sum(not answer.right for answer in answers if answer.task == task) >= 6, task


def test_an_answer_can_be_the_edit_of_another():
    assert classroom._edited("a\nb\n\n    c", "# edits: words\n#-b\n#-\n#+d\n#\n#-    c\n#+c\n#+e") == "a\nd\nc\ne"
    for twice_or_never in ("#-a\n#+b", "#-c\n#+b", "#- a\n#+b"):
        with pytest.raises(ValueError, match="must stand once"):
            classroom._edited("a\nb\na", twice_or_never)
