"""Grade one submission: run the student's cells in one kernel, the tests in another, and write down what they say.

The kernel of the tests is the instructor's: it gets its code from the assignment's source only, and reaches what the student
defined through `autograde.proxies`. The student's kernel is in the sandbox and never sees a test.
"""
import ast
import builtins
import json
import re
from dataclasses import dataclass

import nbformat
from nbformat.v4 import new_output

from autograde.assignment import (
    definitions_in, grade_id, is_hidden, is_set_up, is_test, names_bound, names_read, without_hidden)
from autograde.clock import PATIENCE, Limit
from autograde.kernels import NOT_SHOWN, ForkServer
from autograde.structure import restore, when_run

MOST_RESTARTS = 8
CELLS_WORTH_OF_TIME = 20  # all of a student's own cells together may take as long as this many that run into the limit
NO_TIME = "there was no time left"
OUTPUTS_TOGETHER = 20_000_000  # characters that the outputs of a submission may have as JSON: some twenty large pictures
TESTS_SET_UP = """
import json as _json, warnings as _warnings
_warnings.simplefilter("ignore")
from autograde.testing import Tests as _Tests
_tests = _Tests(globals(), {arguments})
"""


@dataclass
class Graded:
    """A graded submission: the notebook with the outcome of every cell of tests, as JSON, and what goes with it."""

    student: str
    notebook: str
    notes: list
    timestamp: str | None
    files: dict
    digest: str | None
    readable: bool


class SetUpFails(Exception):
    """The assignment's own set-up does not run, so nobody can be graded."""


class Grader:
    """The two fork servers that grading needs; ``with`` ends them.

    Parameters
    ----------
    settings : dict
        Of `sandbox.Sandbox`.
    seconds : int
        For each cell of the student's, and for the student's code in each cell of tests.
    seed : str
        What the tests draw their random inputs from.
    """

    def __init__(self, settings, seconds, seed):
        self.settings, self.seconds, self.seed = settings, seconds, seed
        self._start()

    def _start(self):
        self.servers = []
        try:
            self.servers.append(ForkServer(self.settings))
            self.servers.append(ForkServer(preload=["autograde.testing", *self.settings["preload"]],
                                           environment={"TEST_SEED": self.seed}))
            for server in self.servers:
                server.wait_until_ready()
        except BaseException:
            self._close()
            raise
        self.for_students, self.for_tests = self.servers

    def _close(self):
        for server in self.servers:
            server.close()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._close()

    def grade(self, submission, assignment):
        """Grade a `Submission` for an `Assignment`."""
        try:
            return self._grade(submission, assignment)
        except SetUpFails:
            raise
        except Exception:  # if a fork server has ended, no kernel starts: once more, with new ones
            self._close()
            self._start()
            return self._grade(submission, assignment)

    def _grade(self, submission, assignment):
        if submission.cells is None:
            return without_points(submission, assignment)
        cells, notes = restore(submission.cells, assignment)
        with Run(self, submission, assignment) as run:
            run.all(cells)
        notes = list(dict.fromkeys([*submission.notes, *notes, *run.notes]))
        return _graded(submission, assignment, [_shown(cell, assignment) for cell in cells], notes,
                       submission.digest)


class Run:
    """The cells of one submission, run in order."""

    def __init__(self, grader, submission, assignment):
        self.grader, self.assignment = grader, assignment
        self.notes, self.files = [], {**submission.files, **assignment.files}
        self.mine, self.set_up = set(), []  # the names that set-up cells define, and their sources
        self.done, self.failed, self.restarts = [], {}, 0  # the student's cells that ran; what stopped those that did not
        self.seconds_left = CELLS_WORTH_OF_TIME * grader.seconds
        self.overtime = grader.seconds  # to define once more, in a new process, what the cells defined in their time
        self.hidden_ran, self.room = False, OUTPUTS_TOGETHER
        self.student = self.tests = None
        try:
            self.student = grader.for_students.start(self.files)
            self._start_tests()
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for kernel in (self.student, self.tests):
            if kernel is not None:
                kernel.close()

    def all(self, cells):
        for cell in cells:
            if cell.cell_type != "code":
                continue
            if is_test(cell):
                self.run_tests(cell)
            elif is_set_up(cell):
                self.run_set_up(cell)
            else:
                self.run_students(cell)
        if self.seconds_left <= 0:
            lost = "the last ones were not run" if NO_TIME in self.failed.values() else "not all were run again in a new process"
            self.notes.append(f"The student's own cells took more than {CELLS_WORTH_OF_TIME * self.grader.seconds} seconds "
                              f"together, so {lost}.")

    def run_set_up(self, cell):
        self.set_up.append(cell.source)
        self.mine |= names_bound(cell.source)
        outputs, problem = self.tests.execute(cell.source, PATIENCE * self.grader.seconds)
        error = _error_in(outputs)
        if problem or error:
            reason = f"{error.ename}: {error.evalue}" if error else problem
            raise SetUpFails(f"The set-up of {self.assignment.name} does not run: {reason}")
        self.student.execute(cell.source, self.grader.seconds)
        self._tell_tests(f"_tests.set_up_done({sorted(self.mine)!r})")

    def run_students(self, cell):
        name = grade_id(cell)
        if self.seconds_left <= 0:
            self.failed[name] = NO_TIME
            return
        outputs, problem = self._run_in_students_kernel(cell.source)
        cell.outputs = [] if self.hidden_ran else self._kept([_short(output) for output in outputs])
        error = _error_in(outputs)
        if problem == "timeout":
            reason = f"it was stopped after {self.grader.seconds} seconds"
        elif problem:
            reason = f"its process was lost: {problem}"
        else:
            reason = error and f"it stopped with {_error_name(error, self.hidden_ran)}"
        if reason and (name or problem):
            self.notes.append(when_run(name, reason))
            self.failed[name] = reason
        if problem:
            cell.outputs = [*cell.outputs, _failure(f"When this cell was run, {reason}.")]
        alive = self.student.alive(alone=True)[0]
        self.done.append(cell.source if alive else definitions_in(cell.source))
        if not alive:
            self._restart_student()

    def _run_in_students_kernel(self, source):
        limit = Limit(self.student.clock, self.grader.seconds)
        outcome = self.student.execute(source, self.grader.seconds)
        spent = limit.spent()
        if self.seconds_left > 0:
            self.seconds_left -= spent
        else:
            self.overtime -= spent
        return outcome

    def _kept(self, outputs):
        """The outputs of a cell if there is room for them, or words in their place."""
        size = len(json.dumps(outputs, ensure_ascii=False))
        if size > self.room:
            return [new_output("stream", name="stdout", text=NOT_SHOWN)]
        self.room -= size
        return outputs

    def run_tests(self, cell):
        name = grade_id(cell)
        source, hidden = self.assignment.cells[name].source, is_hidden(self.assignment.cells[name])
        names = sorted(names_read(source) & self.assignment.asked_for - names_bound(source))
        self.hidden_ran |= hidden
        # What hidden tests passed to the student's code must not come back in the words of a later error.
        outputs, verdict, problem = [], None, self._tell_tests(f"_tests.begin({names!r}, {self.hidden_ran!r})")
        if not problem:  # what the student's code takes, waiting included, and as much again
            outputs, problem = self.tests.execute(source, 2 * PATIENCE * self.grader.seconds)
        if problem:
            verdict = {"words": "The tests could not be finished."}
        elif _error_in(outputs):
            verdict = self._ask_tests("_tests.verdict()") or {"words": "The tests could not be finished."}
        alive, why = self.student.alive(alone=True)
        lost = why if not alive else (verdict or {}).get("gone")
        if lost:
            verdict = {"words": f"When the tests called your code, its process was lost: {lost}."}
            self.notes.append(f"When the tests in {name} called the student's code, its process was lost: {lost}.")
        elif problem:
            self.notes.append(f"The tests in {name} could not be finished.")
        elif verdict and verdict.get("late"):
            self.notes.append(f"When the tests in {name} called the student's code, it was stopped after "
                              f"{self.grader.seconds} seconds.")
        cell.outputs = [_failure(self._words(verdict, hidden))] if verdict else [
            output for output in outputs if output.output_type == "execute_result"]
        if problem:
            self._restart_tests()
        if lost:
            self._restart_student()

    def _words(self, verdict, hidden):
        """A sentence for a student about a failed cell of tests."""
        missing = verdict.get("missing")
        if missing:
            cause = next((reason for name, reason in self.failed.items()
                          if name in self.assignment.cells and missing in names_bound(self.assignment.cells[name].source)), None)
            return f"{missing} is not there: " + (f"when its cell was run, {cause}." if cause else
                                                  "no cell that could be run defines it.")
        if verdict.get("words"):
            return verdict["words"]
        return "A hidden test of this task failed." if hidden else "A test of this task failed."

    def _start_tests(self):
        self.tests = self.grader.for_tests.start(self.assignment.files)
        self._tell_tests(TESTS_SET_UP.format(arguments=f"{self.grader.seconds}, {sorted(self.assignment.known_names)!r}"))
        self._connect()

    def _connect(self):
        self._tell_tests(f"_tests.connect({str(self.student.connection_file)!r})")

    def _restart_student(self):
        """A new kernel for the student's code, in the state that the cells so far left; if their time is over, with no more
        than they defined."""
        self.student.close()
        self.restarts += 1
        self.student = self.grader.for_students.start(self.files)
        self._connect()
        if self.restarts > MOST_RESTARTS:
            self.done.clear()
        for source in self.set_up:
            self.student.execute(source, self.grader.seconds)
        if self.set_up:
            self._tell_tests(f"_tests.set_up_done({sorted(self.mine)!r})")
        for source in list(self.done):
            if self.overtime <= 0:
                break
            problem = self._run_in_students_kernel(source if self.seconds_left > 0 else definitions_in(source))[1]
            if problem and problem != "timeout":
                self.done.remove(source)
                return self._restart_student()

    def _restart_tests(self):
        self.tests.close()
        self._start_tests()
        for source in self.set_up:
            self.tests.execute(source, PATIENCE * self.grader.seconds)
        self._tell_tests(f"_tests.set_up_done({sorted(self.mine)!r})")

    def _tell_tests(self, code):
        """Run the grader's own code in the kernel of the tests; what went wrong, or ""."""
        outputs, problem = self.tests.execute(code, PATIENCE * self.grader.seconds)
        error = _error_in(outputs)
        return problem or (f"{error.ename}: {error.evalue}" if error else "")

    def _ask_tests(self, expression):
        """A JSON value from the kernel of the tests; None if there is none."""
        self.tests.execute("", self.grader.seconds, answer=f"_json.dumps({expression})")
        try:
            text = self.tests.reply["user_expressions"]["answer"]["data"]["text/plain"]
            return json.loads(ast.literal_eval(text))
        except (KeyError, ValueError, SyntaxError, TypeError):
            return None


def _error_in(outputs):
    return next((output for output in outputs if output.output_type == "error"), None)


def _error_name(error, hidden_ran):
    """The name of an exception, with the line if it is one of syntax. Once hidden tests ran, a name can tell of them."""
    name = str(error.ename)
    told = hasattr(builtins, name) if hidden_ran else name.isidentifier() and len(name) < 60
    name = name if told else "an error"
    line = re.search(r"line (\d+)\)$", str(error.evalue)) if name in ("SyntaxError", "IndentationError", "TabError") else None
    return f"{name} in line {line[1]}" if line else name


def _failure(words):
    return new_output("error", ename="Failed", evalue=words, traceback=[words])


def _short(output):
    """An output without the paths of this machine."""
    if output.output_type == "error":
        output.traceback = [f"{output.ename}: {output.evalue}"]
    return output


def _shown(cell, assignment):
    """A cell as it goes back: without hidden tests."""
    if is_test(cell):
        cell.source = without_hidden(assignment.cells[grade_id(cell)].source)
    return cell


def _graded(submission, assignment, cells, notes, digest, readable=True):
    for number, cell in enumerate(cells):
        cell.id = grade_id(cell) or f"own-cell-{number}"
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "autograde": {"notes": notes, "submission": digest, "assignment": assignment.digest, "readable": readable}})
    text = nbformat.writes(notebook).encode("utf-8", "replace").decode()  # half a surrogate pair cannot be written
    return Graded(submission.student, text, notes, submission.timestamp, {**submission.files, **assignment.files}, digest, readable)


def without_points(submission, assignment, reason=None):
    """The `Graded` of a submission that cannot be read, or, for that `reason`, not be graded: every test fails.

    One that could not be graded does not count as graded: the next run tries again.
    """
    notes = [*submission.notes, *([reason] if reason else [])]
    cells = [nbformat.from_dict(cell) for cell in assignment.stub_cells.values()]
    for cell in filter(is_test, cells):
        cell.outputs = [_failure("No point could be given. " + " ".join(notes))]
    return _graded(submission, assignment, cells, notes, None if reason else submission.digest, readable=False)
