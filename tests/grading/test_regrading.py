"""Grading again computes marks anew, keeps what a person gave, and flags what that person has to look at again."""
import pytest

import classroom
import tiny

pytestmark = pytest.mark.xdist_group("regrading")
AUTO, MANUAL, EXTRA, WAITS = range(4)
GRADED_BY_HAND = ["recodes", "rewrites", "breaks", "stays"]
EARLY, DUE, LATE = "2026-02-28 12:00:00 UTC", "2026-03-01 12:00:00 UTC", "2026-03-02 12:00:00 UTC"
ZERO_IF_LATE = "--LateSubmissionPlugin.penalty_method=zero"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """What the gradebook said after each of four runs, and what the command said."""
    folder = tmp_path_factory.mktemp("class")
    tiny.make(folder)
    with tiny.gradebook(folder) as book:
        book.update_or_create_assignment(tiny.NAME, duedate=DUE)
    tiny.hand_in(folder, "shrinks")
    tiny.hand_in(folder, "forgets")
    tiny.hand_in(folder, "mends", raw=b"{")
    tiny.hand_in(folder, "silent", written="Because it is so.", square="def square(x):\n    return 0")
    for student in GRADED_BY_HAND:
        tiny.hand_in(folder, student)
    for student, stamp in [("late", LATE), ("early", EARLY), ("unstamped", LATE), ("misstamped", EARLY)]:
        tiny.hand_in(folder, student, stamp)
    said, states = [], []

    def run(*options):
        said.append(tiny.nbgrader("autograde", tiny.NAME, ZERO_IF_LATE, *options, class_dir=folder).stderr)
        states.append(tiny.states(folder))

    run()
    grade_by_hand(folder)
    states[0] = tiny.states(folder)
    tiny.hand_in(folder, "shrinks", only=["setup", "double", "double-visible"])
    tiny.hand_in(folder, "forgets", only=["setup", "double", "square-visible", "square-hidden", "written"])
    tiny.hand_in(folder, "mends")
    tiny.hand_in(folder, "silent", written="")
    tiny.hand_in(folder, "recodes", square="def square(x):\n    return 4")
    tiny.hand_in(folder, "rewrites", written="For another reason.")
    tiny.hand_in(folder, "breaks", raw=b"")
    for student, stamp in [("late", EARLY), ("early", LATE), ("unstamped", None), ("misstamped", "tomorrow")]:
        tiny.hand_in(folder, student, stamp)
    run()
    run("--force")
    tiny.make(folder, square_hidden="### BEGIN HIDDEN TESTS\nassert square(3) == 10, 'a mistake in the tests'\n### END HIDDEN TESTS")
    run()
    return states, said


def grade_by_hand(folder):
    with tiny.gradebook(folder) as book:
        for student in GRADED_BY_HAND:
            grade = book.find_grade("written", tiny.NAME, tiny.NAME, student)
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 1.5, 0.5, False
            book.find_comment("written", tiny.NAME, tiny.NAME, student).manual_comment = "Well put."
            book.find_grade("square-hidden", tiny.NAME, tiny.NAME, student).manual_score = 2.5
        book.db.commit()


def auto(state):
    return {name: state[name][AUTO] for name in tiny.POINTS}


FULL = {**tiny.POINTS, "written": None}


def test_the_first_run(runs):
    first = runs[0][0]
    assert auto(first["stays"]) == FULL and first["stays"]["score"] == 3 + 1 + 2.5 + 1.5 + 0.5
    assert auto(first["mends"]) == dict.fromkeys(FULL, 0) and first["mends"]["score"] == 0
    assert auto(first["silent"]) == {**FULL, "square-visible": 0, "square-hidden": 0}
    assert first["silent"]["written"] == (None, None, None, True)


def test_no_point_outlives_the_cells_that_earned_it(runs):
    second = runs[0][1]
    assert auto(second["shrinks"]) == {**dict.fromkeys(FULL, 0), "double-visible": 1, "double-hidden": 2}
    assert auto(second["forgets"]) == {**FULL, "square-visible": 0, "square-hidden": 0}
    assert second["silent"]["written"] == (0, None, None, False)
    assert second["silent"]["comment on written"] == ("No response.", None)


def test_a_mended_submission_is_graded_without_force(runs):
    assert auto(runs[0][1]["mends"]) == FULL and runs[0][1]["mends"]["score"] == 7
    assert "Skipping stays: this submission has been graded" in runs[1][1]
    assert "Skipping mends" not in runs[1][1]


@pytest.mark.parametrize("student", GRADED_BY_HAND)
def test_nothing_that_a_person_gave_is_ever_lost(student, runs):
    for state in runs[0]:
        assert state[student]["written"][MANUAL:WAITS] == (1.5, 0.5)
        assert state[student]["square-hidden"][MANUAL] == 2.5
        assert state[student]["comment on written"][1] == "Well put."


def test_what_a_person_gave_is_flagged_when_it_may_no_longer_fit(runs):
    flags = [{student: {name for name in tiny.POINTS if state[student][name][WAITS]} for student in GRADED_BY_HAND}
             for state in runs[0]]
    assert flags[0] == {student: set() for student in GRADED_BY_HAND}
    assert flags[1] == {"recodes": {"square-hidden"}, "rewrites": {"square-hidden", "written"}, "breaks": set(), "stays": set()}
    assert flags[2] == flags[1]
    assert flags[3] == {**flags[1], "stays": {"square-hidden"}}


def test_an_unreadable_resubmission_gets_0_from_the_tests(runs):
    second = runs[0][1]["breaks"]
    assert auto(second) == dict.fromkeys(FULL, 0)
    assert second["score"] == 2.5 + 1.5 + 0.5
    assert "breaks: tiny.ipynb cannot be read: it is empty." in runs[1][1]


def test_force_changes_nothing_when_nothing_has_changed(runs):
    assert runs[0][2] == runs[0][1]
    assert "Skipping" not in runs[1][2]


def test_other_tests_are_a_reason_to_grade_again(runs):
    third, fourth = runs[0][2:]
    for student, state in fourth.items():
        assert state["square-hidden"][AUTO] == 0, student
        changed = {name for name in state if state[name] != third[student][name]}
        assert changed <= {"square-hidden", "score", "penalty"}, student
    assert "Skipping" not in runs[1][3]


def test_late_work_is_what_its_last_time_stamp_says(runs):
    penalties = [{student: (state[student]["timestamp"], state[student]["penalty"])
                  for student in ("late", "early", "unstamped", "misstamped")} for state in runs[0][:2]]
    early, late, unknown = ("2026-02-28 12:00:00", 0), ("2026-03-02 12:00:00", 7), ("None", 0)
    assert penalties[0] == {"late": late, "early": early, "unstamped": late, "misstamped": early}
    assert penalties[1] == {"late": early, "early": late, "unstamped": unknown, "misstamped": unknown}


def test_a_due_date_that_is_set_later_counts_when_work_is_graded_by_force_and_the_table_shows_it(tmp_path):
    def grade(*options):
        said = classroom.autograde(tiny.NAME, *tiny.options(tmp_path), "--workers=1", ZERO_IF_LATE, *options, class_dir=tmp_path).stdout
        row, = (line.split() for line in said.splitlines() if line.startswith("late  "))
        return row

    tiny.make(tmp_path)
    tiny.hand_in(tmp_path, "late", LATE)
    in_time = ["late", "3", "4", "0", "7", "1"]
    assert grade() == in_time
    tiny.nbgrader("db", "assignment", "add", tiny.NAME, f"--duedate={DUE}", class_dir=tmp_path)
    assert grade() == in_time
    assert grade("--force") == ["late", "3", "4", "0", "0", "1"]
