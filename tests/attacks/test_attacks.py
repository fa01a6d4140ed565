"""Nobody gains, breaks or learns anything by an attack: every one is a submission that nbgrader grades in a class of many."""
import html.parser
import os

import pytest

import folders
import hostile

from autograde.kernels import ForkServer
from autograde.proxies import Student
from autograde.sandbox import Sandbox

CLASSES = {name: hostile.attacks(name) for name in ("points", "secrets", "host", "bombs")} | folders.ATTACKS
if os.getuid() == 0:  # an ordinary user's sandbox is built in another way
    CLASSES["secrets-as-ordinary-user"] = CLASSES["secrets"]
EVERY = [pytest.param(name, attack, id=f"{attack.kind.replace(' ', '-')}-{name}-{attack.student[-2:]}",
                      marks=pytest.mark.xdist_group(f"attacks-{name}")) for name, attacks in CLASSES.items() for attack in attacks]


@pytest.mark.parametrize(("name", "attack"), EVERY)
def test_an_attack_fails(name, attack, graded):
    course, student = graded(name), attack.student
    assert course.marks.get(student) == hostile.earned(attack.solved), course.log[-3000:]
    for path, content in course.given_back(student).items():
        text = content.decode("utf-8", "replace")
        leaks = [canary for canary in (*hostile.CANARIES.values(), str(hostile.NUMBER), f"{hostile.NUMBER:.6g}") if canary in text]
        assert not leaks, f"{leaks} in {path}"
    assert hostile.BREACH not in said(course, student)


def test_what_attacks_use_to_forge_answers_forges_them():
    server = ForkServer(Sandbox(run_student_code_with_my_rights=True).settings())
    with server.start() as kernel:
        assert kernel.execute(f"{hostile.FORGER}\nforge(lambda request, answer: answer({{'value': {{'f': ['int', '0x7']}}}}))", 60) == ([], "")
        student, namespace = Student(kernel.connection_file, 10), {}
        student.begin(namespace, ["f"], hidden=True)
        assert namespace == {"f": 7}
        student.close()
    server.close()


@pytest.mark.parametrize(("name", "attack"), EVERY)
def test_a_page_of_feedback_runs_nothing_and_asks_for_nothing(name, attack, graded):
    page = (graded(name).dir / "feedback" / attack.student / hostile.NAME / f"{hostile.NAME}.html").read_text(encoding="utf-8")
    elements = Elements.of(page)
    assert ("meta", "http-equiv", "Content-Security-Policy") in elements
    assert not {tag for tag, _, _ in elements} & ACTIVE
    for tag, attribute, value in elements:
        assert not attribute.startswith("on") and attribute not in ("src", "srcset", "srcdoc", "action", "formaction"), (tag, attribute)
        assert attribute != "href" or value.startswith("#"), value
        assert attribute != "http-equiv" or value == "Content-Security-Policy", value


ACTIVE = {"script", "iframe", "object", "embed", "form", "input", "button", "base", "link", "svg", "math", "img", "video", "audio", "details"}


class Elements(html.parser.HTMLParser):
    """Every attribute of every element of a page: (tag, attribute, value); for one without attributes (tag, "", "")."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        self.found += [(tag, name, value or "") for name, value in attributes] or [(tag, "", "")]

    @classmethod
    def of(cls, page):
        parser = cls()
        parser.feed(page)
        parser.close()
        return parser.found


def said(course, student):
    """What the student's own cells printed, and what stopped them."""
    return "\n".join(str(output) for cell in course.notebook(student).cells if cell.cell_type == "code" for output in cell.outputs)


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.xdist_group(f"attacks-{name}")) for name in CLASSES])
class TestTheClassOf:
    def test_everybody_was_graded_to_the_end(self, name, graded):
        course = graded(name)
        assert course.code == course.feedback_code == 0, course.log[-3000:] + course.feedback_log[-3000:]
        assert "Traceback" not in course.log
        for student in course.marks:
            assert (course.dir / "feedback" / student / hostile.NAME / f"{hostile.NAME}.html").is_file()

    def test_honest_students_keep_their_marks(self, name, graded):
        course = graded(name)
        for student, solved in hostile.HONEST.items():
            assert course.marks[student] == hostile.earned(solved)
            assert not course.notebook(student).metadata.autograde.notes

    def test_nothing_outside_has_changed(self, name, graded):
        course = graded(name)
        assert not course.changed
        assert course.assignments == [hostile.NAME]
        handed_in = {path.name for path in (course.dir / "submitted").iterdir()}
        assert set(course.students) == handed_in

    def test_nothing_is_left_running_or_lying_about(self, name, graded):
        course = graded(name)
        assert not course.left_running
        assert not course.left_in_tmp

    def test_the_log_and_the_table_show_no_secret_and_no_control_character(self, name, graded):
        course = graded(name)
        for text in (course.log, course.feedback_log, course.table):
            assert not [canary for canary in (*hostile.CANARIES.values(), str(hostile.NUMBER)) if canary in text]
            assert all(character.isprintable() or character in "\n\t" for character in text)
        assert not [line for line in course.log.splitlines() if line.startswith("zz-honest: MADE UP")]
