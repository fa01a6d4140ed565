"""Where nbgrader finds the course and how it makes stubs and marks work.

Three environment variables change it: CLASS_DIR is the folder of one class's submitted work, marks and feedback (default:
autograde), GRADEBOOK_URL the database of its marks (default: a file of SQLite in that folder), and TEST_SEED fixes the random
inputs of the tests, which otherwise are drawn afresh for every run.
"""
import os
import secrets
import sys
from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import ClearSolutions

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))
from autograde import converter  # noqa: E402
from autograde.broken_code import ClearOrBreak  # noqa: E402

CLASS = ROOT / os.environ.get("CLASS_DIR", "autograde")
CLASS.mkdir(parents=True, exist_ok=True)

# nbgrader calls alembic by its name, which an environment that is not activated does not find.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

c = get_config()  # noqa: F821 (nbgrader defines it)

c.CourseDirectory.course_id = "convolutional-networks-from-scratch"
c.CourseDirectory.root = str(ROOT)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = os.path.relpath(CLASS / "submitted", ROOT)
c.CourseDirectory.autograded_directory = os.path.relpath(CLASS / "autograded", ROOT)
c.CourseDirectory.feedback_directory = os.path.relpath(CLASS / "feedback", ROOT)
c.CourseDirectory.solution_directory = os.path.relpath(CLASS / "solution", ROOT)
c.CourseDirectory.db_url = os.environ.get("GRADEBOOK_URL") or f"sqlite:///{CLASS / 'gradebook.db'}"
# The text twin of a solution notebook lies beside it and must never be released.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", ".pytest_cache", "*.md"]
c.ZipCollectApp.downloaded_directory = os.path.relpath(CLASS / "downloaded", ROOT)
# The student's name comes first, then what the platform adds, then the notebook's name, perhaps with a number of its own:
# "student01_1234_56789_02-edges-1.ipynb" (Canvas), "student01_1234_assignsubmission_file_02-edges.ipynb" (Moodle).
c.FileNameCollectorPlugin.named_regexp = r".*/(?P<student_id>[^/_]+)_.*?(?P<file_id>\d\d-[a-z0-9-]*[a-z])(-\d+)?\.ipynb"
c.ExportApp.plugin_class = "nbgrader.plugins.export.CsvExportPlugin"

c.ClearSolutions.code_stub = {"python": 'raise NotImplementedError("replace this line with your code")'}
c.ClearSolutions.text_stub = "*Replace this line with your answer.*"
# As nbgrader does it, but a cell can also hand out broken code to mend.
STEPS = GenerateAssignment.class_traits()["preprocessors"].default()
c.GenerateAssignment.preprocessors = [ClearOrBreak if step is ClearSolutions else step for step in STEPS]

# The formgrader, on whose pages scripts would have the instructor's rights, shows nothing of a student's that can run.
c.HTMLExporter.filters = {"markdown2html": "autograde.harmless.in_formgrader"}
c.HTMLExporter.preprocessors = ["autograde.harmless.without_scripts"]

converter.install()
# Seconds for a cell of a student, and for the student's code in a cell of tests.
c.Execute.timeout = 30
# What students' code may import. What these packages require is there too, and nothing else.
c.Sandbox.packages = ["numpy", "matplotlib"]
os.environ.setdefault("TEST_SEED", str(secrets.randbits(32)))
# One thread a kernel: a grade must not depend on how many cores the machine has.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
