"""Sort submissions into the class's folder: ``python -m autograde.collect NAME PATH [PATH ...]``.

A PATH is a zip file as Moodle or Canvas exports it, or a folder: of such zip files, with a folder for each student, or with
notebooks called ``STUDENT.ipynb`` or ``STUDENT_NAME.ipynb``. Nothing is unpacked but regular files, and of each student only
as much as could be graded. A platform's number for a student is kept beside the work, so that nobody's work is taken for that of
another student of the same name.
"""
import argparse
import io
import os
import re
import shutil
import stat
import sys
import tempfile
import unicodedata
import zipfile
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from autograde.course import configured
from autograde.intake import LARGEST_NOTEBOOK, MOST_FILES, is_notebook, kind_of
from autograde.marks import printable

MOST_BYTES = 2 * LARGEST_NOTEBOOK  # of one student
MOST_MEMBERS = 100_000  # of one zip file
LONGEST_NAME = 100  # of a student, in the gradebook, and of a file
RECORD, LONGEST_RECORD = ".collected", 2000  # beside the work: whose a platform says it is; grading looks at no such file
TIMESTAMP = "timestamp.txt"  # in which nbgrader's exchange says when work was handed in
# "Jane Doe_1234_assignsubmission_file_02-edges.ipynb", or a folder "Jane Doe_1234_assignsubmission_file"
MOODLE = re.compile(r"(?P<student>.+)_(?P<number>\d+)_assignsubmission_[a-z]+_?(?P<file>.*)")
# "doejane_1234_56789_02-edges-1.ipynb", "doejane_LATE_1234_56789_02-edges.ipynb"
CANVAS = re.compile(r"(?P<student>[^_]+)_(?P<late>LATE_)?(?P<number>\d+)_\d+_(?P<file>.+)")

NUMBERS = re.compile(r"\d+( \(\d+\))*")  # that tell students of one name apart


class Student(NamedTuple):
    """Whom a learning platform means.

    Attributes
    ----------
    name : str
    number : str
        The platform's for the student; "" if there is nothing but the name.
    scope : str
        The assignment that the number belongs to: Moodle numbers the students anew in each one. "" for Canvas, which does not.
    """

    name: str
    number: str = ""
    scope: str = ""

    def is_not(self, other):
        """Whether the two are certainly not the same. In two assignments of Moodle's, nobody can tell."""
        return self.name != other.name or bool(self.number and other.number) and (
            self.scope == other.scope and self.number != other.number)


class Collection:
    """What was found: for each student the files, who was late, and what was left out and why.

    Parameters
    ----------
    name : str
        Of the assignment.
    """

    def __init__(self, name):
        self.name, self.left_out, self.late, self.shared = name, [], set(), {}
        self.files = {}  # {student: [(path, content)]}, as they were found
        again = rf"{re.escape(name)}-\d+\.ipynb"
        self.counted = re.compile(again)  # a learning platform's name for something handed in once more
        self.named = re.compile(rf"(?P<student>.+)_(?P<file>{re.escape(name)}\.ipynb|{again})")

    def add(self, path):
        """Look at a zip file, or at everything in a folder."""
        path = Path(path)
        if path.is_file() and path.suffix.lower() == ".zip":
            self._add_zip(path, PurePosixPath(), path.name)
        elif path.is_dir():
            places = sorted(Path(folder, file) for folder, _, files in os.walk(path) for file in files)
            relative = [PurePosixPath(place.relative_to(path).as_posix()) for place in places]
            above = _above(relative)
            for place, below in zip(places, relative):
                self._add_file(place, _below(above, below))
        else:
            self.left_out.append(f"{path} is neither a folder nor a zip file")

    def _add_file(self, place, relative):
        if not stat.S_ISREG(place.lstat().st_mode):
            self.left_out.append(f"{place} is no regular file")
        elif place.suffix.lower() == ".zip":
            one_students = len(relative.parts) > 1 or MOODLE.fullmatch(place.name) or CANVAS.fullmatch(place.name)
            self._add_zip(place, _unpacked(relative) if one_students else PurePosixPath(), str(place), one_students)
        else:
            with place.open("rb") as file:
                self._add_member(relative, file, str(place))

    def _add_zip(self, source, before, words, one_students=False):
        """Look at a zip file; `before` is the path that its members continue."""
        try:
            with zipfile.ZipFile(source) as archive:
                members = archive.infolist()
                if len(members) > MOST_MEMBERS:
                    raise zipfile.BadZipFile(f"it has more than {MOST_MEMBERS} members")
                paths = [PurePosixPath(_name(member).replace("\\", "/")) for member in members]
                above = PurePosixPath() if one_students else _above(
                    path for member, path in zip(members, paths) if not member.is_dir())
                for member, path in zip(members, paths):
                    self._add_zipped(archive, member, before / _below(above, path), f"{words}: {member.filename}", one_students)
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
            self.left_out.append(f"{words} cannot be read: {error}")

    def _add_zipped(self, archive, member, path, words, one_students):
        kind = stat.S_IFMT(member.external_attr >> 16)
        if member.is_dir():
            return
        if kind not in (0, stat.S_IFREG):
            self.left_out.append(f"{words} is no regular file")
        elif member.flag_bits & 1:
            self.left_out.append(f"{words} is encrypted")
        else:
            try:
                with archive.open(member) as file:
                    if path.suffix.lower() == ".zip" and not one_students:
                        content = file.read(MOST_BYTES + 1)
                        if len(content) > MOST_BYTES:
                            raise zipfile.BadZipFile("it is too large")
                        self._add_zip(io.BytesIO(content), _unpacked(path), words, one_students=True)
                    else:
                        self._add_member(path, file, words)
            except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError, zipfile.zlib.error) as error:
                self.left_out.append(f"{words} cannot be read: {error}")

    def _add_member(self, path, file, words):
        path = PurePosixPath(*map(_clean, path.parts))
        student, target = self._whose(path)
        parts = [*path.parts, student.name, *target.parts]
        if path.is_absolute() or ".." in parts:
            self.left_out.append(f"{words} leads out of the folder")
            return
        if any(part.startswith((".", "__MACOSX")) for part in parts):
            return
        if not student.name:
            self.left_out.append(f"{words}: nothing says whose it is")
            return
        if str(target).lower() == TIMESTAMP:
            self.left_out.append(f"{words}: a student's own file does not tell when the work was handed in")
            return
        files = self.files.setdefault(student, [])
        room = MOST_BYTES - sum(len(content) for _, content in files)
        content = file.read(min(room, LARGEST_NOTEBOOK) + 1)
        if len(content) > min(room, LARGEST_NOTEBOOK) or len(files) >= MOST_FILES:
            self.left_out.append(f"{words} is too large, or there are too many files")
            return
        if (target, content) not in files:
            files.append((target, content))

    def _whose(self, path):
        """The `Student`, and the path that the file gets."""
        # Only the first part counts: what stands deeper was named by a student.
        first, *rest = path.parts or ("",)
        if match := MOODLE.fullmatch(first):
            return Student(_student(match["student"]), match["number"], self.name), _target(match["file"], *rest)
        if match := CANVAS.fullmatch(first):
            student = Student(_student(match["student"]), match["number"])
            if match["late"]:
                self.late.add(student)
            return student, _target(match["file"], *rest)
        if rest:
            return Student(_student(first)), _target(*(rest[1:] if rest[0] == self.name and len(rest) > 1 else rest))
        if match := self.named.fullmatch(first):
            return Student(_student(match["student"])), _target(match["file"])
        if path.suffix.lower() == ".ipynb" and path.stem != self.name:
            return Student(_student(path.stem)), _target(f"{self.name}.ipynb")
        return Student(""), PurePosixPath()

    def _laid_out(self, files):
        """``{path: content}``. Of files with one path, the last found gets it and the others a number; a notebook that the
        platform numbered, if it is the only one, gets the assignment's name."""
        result = {}
        for target, content in reversed(files):
            path, number = target, 1
            while path in result:
                number += 1
                path = target.with_name(f"{target.stem}-{number}{target.suffix}")
            result[path] = content
        notebooks = [path for path in result if is_notebook(path)]
        if len(notebooks) == 1 and self.counted.fullmatch(notebooks[0].name):
            result[notebooks[0].with_name(f"{self.name}.ipynb")] = result.pop(notebooks[0])
        return result

    def save(self, course, force):
        """Write everything into the folder of the class.

        Returns
        -------
        written, there : list of str
            The students whose work was written, and those who had a folder before, which was left alone.
        """
        written, there = [], []
        top = course.path(course.folders.submitted_directory, ".", ".")
        folders = Folders(top, self.files, course.known_students())
        for student, files in sorted(self.files.items(), key=lambda item: (not item[0].number, item)):  # the clear ones first
            name = folders.of(student)
            folder = course.path(course.folders.submitted_directory, name, self.name)
            try:
                if (owner := _recorded(folder / RECORD)) and owner != student:
                    raise OSError(f"it holds the work of {owner.name} whose number is {owner.number}")
                if folder.exists() and not force:
                    there.append(name)
                else:
                    self._write(student, self._laid_out(files), folder, top)
                    written.append(name)
            except OSError as error:  # as a name that is too long
                self.left_out.append(f"{name}: the folder cannot be written: {error}")
        self.shared = folders.shared()
        return written, there

    def _write(self, student, files, folder, top):
        """Write a `Student`'s files into `folder`, all at one stroke. Whatever a name has become by now, it must not lead out of
        this folder, nor out of `top`, which holds one folder a student."""
        if folder.parent.resolve().parent != top.resolve():
            raise OSError(f"it is not in {top}")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=top) as unfinished:
            new = Path(unfinished, self.name)
            new.mkdir()
            for path, content in files.items():
                place = new / path
                try:
                    if new.resolve() not in place.resolve().parents:
                        raise OSError("it is not in the student's folder")
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(content)
                except OSError as error:  # as a file and a folder of the same name
                    self.left_out.append(f"{folder.parent.name}: {path} cannot be written: {error}")
            if student.number:
                (new / RECORD).write_text("\n".join(student), encoding="utf-8")
            if folder.exists():
                shutil.rmtree(folder)
            os.replace(new, folder)


class Folders:
    """Which folder is whose. What was collected before says so, wherever the instructor has moved it since.

    Parameters
    ----------
    top : Path
        Holds a folder for each student.
    students : iterable of Student
        Whose work is being collected.
    names : set of str
        Other students who are known.
    """

    def __init__(self, top, students, names=()):
        self.students, self.names = list(students), {path.name for path in top.glob("*")} | set(names)
        self.known, self.unclear = {}, {}  # {student: folder}; {name: folders of students who could be others of this name}
        for record in sorted(top.glob(f"*/*/{RECORD}")):
            folder = record.parts[-3]
            if (student := _recorded(record)) and not folder.startswith("."):
                self.known.setdefault(student, folder)

    def of(self, student):
        """The name of the `student`'s folder."""
        if student not in self.known:
            self.known[student] = self._new(student) if student.number else student.name
        return self.known[student]

    def _new(self, student):
        """The name of the folder of a student who has a number and was not collected before."""
        before = {folder for one, folder in self.known.items() if one.name == student.name}
        others = [one for one in self.students if one.name == student.name and one != student]
        is_shared = others or len(before) > 1 or self._numbered(student.name) or any(
            one.name == student.name and one.is_not(student) for one in self.known)
        name = f"{student.name} {student.number}" if is_shared else next(iter(before), student.name)
        while name not in before and any(folder == name and one.is_not(student) for one, folder in self.known.items()):
            name, is_shared = f"{name} ({student.number})", True
        if is_shared:
            self.unclear.setdefault(student.name, []).append(name)
        return name

    def _numbered(self, name):
        """The known names that are this one and a number."""
        return {other for other in self.names if other.startswith(f"{name} ") and NUMBERS.fullmatch(other, len(name) + 1)}

    def shared(self):
        """The names that more than one student has: {name: (the folders that are new, the other ones)}."""
        return {name: (new, sorted(({folder for one, folder in self.known.items() if one.name == name} | self._numbered(name)
                                    | ({name} & self.names)) - set(new))) for name, new in self.unclear.items()}


def _recorded(path):
    """The `Student` whose work a folder holds, or None if the folder does not say it."""
    if kind_of(path) != "a file":
        return None
    with path.open("rb") as file:
        parts = file.read(LONGEST_RECORD).decode("utf-8", "replace").split("\n")
    return Student(*parts) if len(parts) == 3 and parts[1] else None


def _above(paths):
    """The folder that holds all others, if these have a learning platform's names and it has none; else an empty path."""
    paths = [path for path in paths if not path.parts[:1] or not _clean(path.parts[0]).startswith((".", "__MACOSX"))]
    first = {path.parts[0] for path in paths if path.parts}
    if len(first) != 1 or any(path.is_absolute() or len(path.parts) < 2 for path in paths):
        return PurePosixPath()
    named = [any(form.fullmatch(_clean(part)) for form in (MOODLE, CANVAS)) for part in (*first, *(path.parts[1] for path in paths))]
    return PurePosixPath(*first) if not named[0] and all(named[1:]) else PurePosixPath()


def _below(folder, path):
    """The path from `folder` on, if it leads there."""
    return path.relative_to(folder) if path.is_relative_to(folder) else path


def _unpacked(path):
    """The folder that a zip file becomes."""
    return path.parent / path.stem


def _name(member):
    """A member's name; one that is not marked as UTF-8 may be so all the same."""
    if not member.flag_bits & 0x800:
        try:
            return member.filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return member.filename


def _clean(part):
    """A part of a path without control characters and outer blanks."""
    return re.sub(r"[\x00-\x1f\x7f]", "", unicodedata.normalize("NFC", part)).strip(" ")


def _target(*parts):
    """The path of a file in a student's folder."""
    return PurePosixPath(*map(_cut, filter(None, parts)))


def _cut(part):
    """A part of a path that is not too long; a file keeps its suffix."""
    stem, dot, suffix = part.rpartition(".")
    return f"{stem[:LONGEST_NAME - len(suffix)]}{dot}{suffix}" if len(suffix) < 10 else part[:LONGEST_NAME]


def _student(name):
    """A student's name without what folders may not be called on Windows, and what is markup on a page."""
    return _cut(re.sub(r'[<>:"/\\|?*]', "_", _clean(name)))


def main():
    parser = argparse.ArgumentParser(prog="python -m autograde.collect", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", metavar="NAME", help="the assignment")
    parser.add_argument("paths", metavar="PATH", nargs="+", help="zip files and folders")
    parser.add_argument("--force", action="store_true", help="replace what a student handed in before")
    options = parser.parse_args()
    course, collection = configured(), Collection(options.name)
    names = course.assignments()
    if options.name not in names:
        parser.error(f"there is no assignment called {options.name!r}; there are {', '.join(names)}")
    for path in options.paths:
        collection.add(path)
    try:
        written, there = collection.save(course, options.force)
    except SQLAlchemyError as error:
        parser.exit(1, f"Nothing was collected, because the gradebook cannot be read: {error}\n")
    for line in report(collection, written, there):
        print(printable(line))
    place = os.path.normpath(course.path(course.folders.submitted_directory, "*", options.name))
    print(f"Collected {options.name} from {len(written)} students into {place}")
    sys.exit(not written and not there)


def report(collection, written, there):
    """What is to be said about a `Collection` that was saved, a line each."""
    yield from (f"Left out: {words}" for words in collection.left_out)
    if there:
        yield f"Had a folder before, which was left alone (--force replaces it): {', '.join(there)}"
    if collection.late:
        yield f"Handed in late, says Canvas: {', '.join(sorted(student.name for student in collection.late))}"
    for name, (new, others) in collection.shared.items():
        yield f"More than one student is called {name}. New: {', '.join(new)}" + (f"; before: {', '.join(others)}" if others else "")
    if collection.shared:
        yield ("Moodle numbers students anew in each assignment. So before you grade, move the new folders to where the same student's "
               "other work is, or give them names that tell the students apart; that is remembered.")


if __name__ == "__main__":
    main()
