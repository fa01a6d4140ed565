"""A class with cheats in it: a private course with canaries in it, submissions made of attacks, one grading of them all.

The course is the first assignment, cut to three tasks. Canaries are words and a number that nobody should ever be shown: they
stand in the hidden tests, the solutions, the instructor's environment and files, and in another student's work.
"""
import contextlib
import ctypes
import hashlib
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import nbformat
import psutil

import classroom
from classroom import ROOT, grader_metadata

NAME = "01-cross-correlation"
TASKS = ["output_shape", "corr2d", "box_filter"]
HERE = Path(__file__).parent
HEADING = re.compile(r"^# %% (?P<kind>\w[\w ]*): (?P<words>.+)$", re.MULTILINE)
PLACE = re.compile(r"^# (?P<where>cell|after) (?P<task>\w+)$", re.MULTILINE)
SOLVED = re.compile(r"^# solved (?P<tasks>.+)$", re.MULTILINE)
FORGING = re.compile(r"^# forging$", re.MULTILINE)
BREACH = "BREACH"  # what an attack prints when it has got further than it may
LARGE = 4 << 20  # bytes
SECONDS_TO_DIE = 10
PR_SET_CHILD_SUBREAPER = 36

# What hidden tests pass to a student's function has to reach it, but nobody may read it afterwards.
NUMBER = 73194628
CANARIES = {place: f"canary-{place}-{hashlib.sha256(place.encode()).hexdigest()[:8]}" for place in
            ["comment", "text", "message", "solution", "environment", "home", "beside", "neighbour"]}
HIDDEN = ["comment", "text", "message", "solution"]
PLANTED = {"corr2d": f"""
# {CANARIES["comment"]}
secret = "{CANARIES["text"]}"
assert agrees(corr2d, (np.full((4, 5), {NUMBER}), np.ones((2, 2))), np.full((3, 4), 4.0 * {NUMBER}), "an even image",
              hidden=True), "{CANARIES["message"]}"
"""}
# A visible test whose words quote a number from the student's process, for the cell of visible tests of a task after that one.
QUOTING = {"box_filter": """
rows = len(box_filter(np.ones((5, 4)), 2))
assert rows == 4, f"box_filter: a result of {rows} rows found, 4 expected."
"""}

# What an attack begins with that puts itself in the place of the student's side of the crossing.
FORGER = """
import gc, json
agent = next(one for one in gc.get_objects() if type(one).__name__ == "Agent")
def forge(handle):
    def receive(message):
        sender, text, *_ = message
        request = json.loads(text)
        def answer(content, *buffers):
            content = json.dumps({"number": request["number"], **content})
            agent.stream.send_multipart([sender, content.encode(), *buffers])
        handle(request, answer)
    agent.stream.on_recv(receive)
""".strip()


@dataclass(frozen=True)
class Attack:
    """One student's attack: what it is, what goes into which cell, and which tasks it solves honestly."""

    kind: str
    words: str
    student: str
    cells: dict = field(default_factory=dict)
    solved: tuple = ()
    build: object = None


def attacks(file):
    """The attacks in ``attacks/FILE.py``, a text of cells under headings."""
    text = FORGING.sub(FORGER, (HERE / "attacks" / f"{file}.py").read_text(encoding="utf-8"))
    found = list(HEADING.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    return [_attack(f"{file}{number:02}", match, text[match.end():end].strip())
            for number, (match, end) in enumerate(zip(found, ends), 1)]


def _attack(student, heading, text):
    solved = tuple(task for match in SOLVED.finditer(text) for task in match["tasks"].split())
    places = list(PLACE.finditer(text))
    ends = [match.start() for match in places] + [len(text)]
    cells = {("after", "setup"): text[:ends[0]].strip()}
    for match, end in zip(places, ends[1:]):
        cells[match["where"], match["task"]] = text[match.end():end].strip()
    return Attack(heading["kind"], heading["words"], student, {key: code for key, code in cells.items() if code}, solved)


@cache
def source():
    """The private course's source notebook, with canaries."""
    work = classroom.notebook(NAME)
    work.cells = [cell for cell in work.cells if cell.id in ("setup", "written") or classroom.task_of(cell.id) in TASKS
                  or cell.id in TASKS]
    for cell in work.cells:
        if cell.id in TASKS:
            cell.source = cell.source.replace("### BEGIN SOLUTION", f"### BEGIN SOLUTION\n    # {CANARIES['solution']}", 1)
        elif cell.id.endswith("-hidden"):
            planted = PLANTED.get(classroom.task_of(cell.id), "")
            cell.source = cell.source.replace("### BEGIN HIDDEN TESTS", "### BEGIN HIDDEN TESTS" + planted, 1)
        elif cell.id.endswith("-visible"):
            cell.source = QUOTING.get(classroom.task_of(cell.id), "") + cell.source
    return work


def points():
    """{cell: points}"""
    return {cell.id: float(grader_metadata(cell)["points"]) for cell in source().cells
            if cell.cell_type == "code" and grader_metadata(cell).get("grade")}


def earned(solved):
    """The marks of a student who solves these tasks and no other: {cell: points}."""
    return {cell: most if classroom.task_of(cell) in solved else 0.0 for cell, most in points().items()}


def stub(class_dir):
    return nbformat.read(class_dir / "release" / NAME / f"{NAME}.ipynb", 4)


def paper(class_dir, cells, solved=()):
    """A notebook with code in the cells of tasks ("cell", TASK) and in cells of its own ("after", TASK or "setup")."""
    work = stub(class_dir)
    new = []
    for cell in work.cells:
        if cell.id in solved:
            cell.source = classroom.right_answer(NAME, cell.id)
        if ("cell", cell.id) in cells:
            cell.source = cells["cell", cell.id]
        new.append(cell)
        task = "setup" if cell.id == "setup" else cell.id.removesuffix("-hidden") if cell.id.endswith("-hidden") else None
        if ("after", task) in cells:
            new.append(nbformat.v4.new_code_cell(cells["after", task]))
    work.cells = new
    return work


HONEST = {"aa-honest": TASKS, "mm-half": ["output_shape", "corr2d"], "zz-honest": TASKS}


class Class:
    """A class on disk, graded once; afterwards, what became of it.

    Parameters
    ----------
    class_dir : Path
    attacks : list of Attack
    options : list of str
        For ``nbgrader autograde``.
    as_ordinary_user : bool
        Whether the user nobody grades instead of root.
    """

    def __init__(self, class_dir, attacks, options=(), as_ordinary_user=False):
        self.dir, self.attacks, self.options, self.as_ordinary_user = Path(class_dir), attacks, options, as_ordinary_user
        self.secret = {"HOME": str(self.dir / "home"), "TMPDIR": str(self.dir / "tmp"), "CANARY": CANARIES["environment"],
                       "PYTHONDONTWRITEBYTECODE": "1"}
        self._lay_out()
        for student, solved in HONEST.items():
            work = paper(self.dir, {("after", "setup"): f"# {CANARIES['neighbour']}"}, solved)
            self._hand_in(student, work)
        for attack in attacks:
            if attack.build:
                self.folder(attack.student).parent.mkdir(parents=True)
                attack.build(self, self.folder(attack.student))
            else:
                self._hand_in(attack.student, paper(self.dir, attack.cells, attack.solved))

    def _lay_out(self):
        for folder in ("home/.ssh", "tmp"):
            (self.dir / folder).mkdir(parents=True)
        (self.dir / "home" / ".ssh" / "id_ed25519").write_text(CANARIES["home"])
        (self.dir / "instructor.txt").write_text(CANARIES["beside"])
        classroom.private_course(NAME, source(), self.dir)
        self.nbgrader("generate_assignment", NAME)

    def folder(self, student):
        return self.dir / "submitted" / student / NAME

    def _hand_in(self, student, work):
        self.folder(student).mkdir(parents=True)
        nbformat.write(work, self.folder(student) / f"{NAME}.ipynb")

    def nbgrader(self, *arguments, check=True, prefix=()):
        command = classroom.command("nbgrader", *arguments, class_dir=self.dir)
        done = subprocess.run([*prefix, *command], cwd=ROOT, text=True, capture_output=True, errors="replace",
                              env={**os.environ, "CLASS_DIR": str(self.dir), **self.secret})
        assert not check or done.returncode == 0, done.stderr[-4000:]
        return done

    def grade(self):
        """Grade the class, write its feedback and its table of marks, and note what changed and what was left."""
        before, prefix = self._outside(), []
        if self.as_ordinary_user:
            prefix = [HERE / "as_ordinary_user.sh", sys.base_prefix]
            subprocess.run(["chown", "--recursive", "--no-dereference", "nobody", self.dir], check=True)
        with adopting() as left:
            run = self.nbgrader("autograde", NAME, *self.options, check=False, prefix=prefix)
            self.left_running = left()
        self.code, self.log = run.returncode, run.stdout + run.stderr
        self.left_in_tmp = sorted(path.name for path in (self.dir / "tmp").iterdir())
        self.changed = sorted(path for path, digest in self._outside().items() if before.pop(path, None) != digest) + \
            sorted(before)
        feedback = self.nbgrader("generate_feedback", NAME, check=False)
        self.feedback_code, self.feedback_log = feedback.returncode, feedback.stdout + feedback.stderr
        table = subprocess.run([sys.executable, "-m", "autograde.marks", NAME], cwd=ROOT, text=True, capture_output=True,
                               env={**os.environ, "CLASS_DIR": str(self.dir)})
        self.table = table.stdout
        self.marks, self.students, self.assignments = gradebook(self.dir)
        return self

    def _outside(self):
        """Digests of all files that grading must not change."""
        folders = [self.dir / name for name in ("solutions", "release", "submitted", "home/.ssh")] + \
            [ROOT / name for name in ("autograde", "solutions", "exercises")]
        files = [self.dir / "instructor.txt", ROOT / "nbgrader_config.py"]
        files += [path for folder in folders for path in folder.rglob("*") if "__pycache__" not in path.parts]
        return {str(path): fingerprint(path) for path in files if path.is_symlink() or path.is_file()}

    def given_back(self, student):
        """Everything that goes to a student: {path: bytes}."""
        return {path.relative_to(self.dir): path.read_bytes() for stage in ("autograded", "feedback")
                for path in (self.dir / stage / student).rglob("*") if path.is_file() and not path.is_symlink()}

    def notebook(self, student):
        return nbformat.read(self.dir / "autograded" / student / NAME / f"{NAME}.ipynb", 4)


def fingerprint(path):
    """What changes with a file: a digest, or for a large one its time of change."""
    if path.is_symlink():
        return f"-> {os.readlink(path)}"
    status = path.stat()
    return (status.st_size, status.st_mtime_ns) if status.st_size > LARGE else hashlib.sha256(path.read_bytes()).hexdigest()


def gradebook(class_dir):
    """Marks of every cell of tests in the gradebook, its students and its assignments."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{class_dir}/gradebook.db", "convolutional-networks-from-scratch") as book:
        marks = {paper.student.id: {grade.name: grade.score for notebook in paper.notebooks for grade in notebook.grades
                                    if grade.name != "written"}
                 for paper in book.assignment_submissions(NAME)}
        return marks, sorted(student.id for student in book.students), sorted(work.name for work in book.assignments)


@contextlib.contextmanager
def adopting():
    """Let orphans of the processes started meanwhile become children of this one, and end them at last. What is given tells
    which of them live on."""
    libc = ctypes.CDLL(None)
    mine = set(psutil.Process().children(recursive=True))
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def orphans():
        return [process for process in psutil.Process().children(recursive=True)
                if process not in mine and classroom.lives(process)]

    def left():
        psutil.wait_procs(orphans(), timeout=SECONDS_TO_DIE)
        return [str(process) for process in orphans()]

    try:
        yield left
    finally:
        for process in orphans():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        libc.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
