"""What runs in the kernel of the tests beside the tests themselves."""
import os
import re
import sys
import traceback

from autograde.proxies import Student, StudentGone, StudentTimeout

LONG_NUMBER = re.compile(r"\d{7,}")
LIST = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")
MOST_DIGITS, MOST_DIGITS_IN_A_LIST = 60, 12


class Tests:
    """Binds what the student defined before each cell of tests, and says afterwards why it failed.

    Parameters
    ----------
    namespace : dict
        In which the tests run.
    seconds : float
        For the student's code in each cell of tests.
    known : list of str
        Names that may stand in a message.
    """

    def __init__(self, namespace, seconds, known):
        self.namespace, self.seconds, self.known = namespace, seconds, known
        self.student, self.bound, self.hidden = None, [], False

    def connect(self, connection_file):
        if self.student:
            self.student.close()
        self.student = Student(connection_file, self.seconds, self.known)

    def set_up_done(self, names):
        self.student.set_up_done(self.namespace, names)

    def begin(self, names, hidden):
        self.bound, self.hidden = names, hidden
        if hidden:
            os.environ["HIDDEN_TESTS_HAVE_RUN"] = "1"  # so that a test's sentences name no value from now on
        sys.last_value = None
        try:
            self.student.begin(self.namespace, names, hidden)
        except (StudentGone, StudentTimeout):
            pass  # the tests will say what is missing

    def verdict(self):
        """Why the last cell failed: the sentence of the test's author, or one in its place."""
        return {**self._words(sys.last_value), "gone": self.student.gone, "late": self.student.left <= 0}

    def _words(self, error):
        if isinstance(error, NameError) and not isinstance(error, UnboundLocalError) and error.name in self.bound:
            return {"missing": error.name}
        if isinstance(error, StudentTimeout):
            return {"words": f"Your code was still running after {self.seconds:g} seconds."}
        if isinstance(error, AssertionError) and str(error) and self._by_the_author(error):
            return {"words": without_values(str(error)) if self.hidden else str(error)}
        if self.hidden or not isinstance(error, Exception):
            return {"words": ""}
        return {"words": f"The test stopped with {type(error).__name__}: {error}"}

    def _by_the_author(self, error):
        """Whether the sentence was written for this course and not, say, by NumPy, which quotes values."""
        frames = list(traceback.walk_tb(error.__traceback__))
        file = frames[-1][0].f_code.co_filename if frames else ""
        return not os.path.exists(file) or os.path.dirname(os.path.abspath(file)) == os.getcwd()


def without_values(words):
    """A sentence without the numbers that could bring out what a hidden test gave to the student's code: long ones, those of long
    lists, and all after so many that shapes and sizes have fewer digits."""
    words = LIST.sub(lambda found: "[…]" if _digits(found[0]) > MOST_DIGITS_IN_A_LIST else found[0], LONG_NUMBER.sub("…", words))
    start = re.match(rf"(?:\D*\d){{{MOST_DIGITS}}}", words)
    return words if start is None else start[0] + re.sub(r"\d(?:[^A-Za-z]*\d)?", "…", words[start.end():])


def _digits(text):
    return sum(letter.isdigit() for letter in text)
