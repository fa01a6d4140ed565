"""Sort submissions into the class's folder: ``python -m autograde.collect NAME PATH [PATH ...]``.

A PATH is a zip file as Moodle or Canvas exports it, or a folder: of such zip files, with a folder for each student, or with
notebooks called ``STUDENT.ipynb`` or ``STUDENT_NAME.ipynb``. Nothing is unpacked but regular files, and of each student only
as much as could be graded.
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

from autograde.course import configured
from autograde.intake import LARGEST_NOTEBOOK, MOST_FILES
from autograde.marks import printable

MOST_BYTES = 2 * LARGEST_NOTEBOOK  # of one student
MOST_MEMBERS = 100_000  # of one zip file
LONGEST_NAME = 100  # of a student, in the gradebook, and of a file
# "Jane Doe_1234_assignsubmission_file_02-edges.ipynb", or a folder "Jane Doe_1234_assignsubmission_file"
MOODLE = re.compile(r"(?P<student>.+)_(?P<number>\d+)_assignsubmission_[a-z]+_?(?P<file>.*)")
# "doejane_1234_56789_02-edges-1.ipynb", "doejane_LATE_1234_56789_02-edges.ipynb"
CANVAS = re.compile(r"(?P<student>[^_]+)_(?:LATE_)?(?P<number>\d+)_\d+_(?P<file>.+)")


class Collection:
    """What was found: for each student the files, and what was left out and why.

    Parameters
    ----------
    name : str
        Of the assignment.
    """

    def __init__(self, name):
        self.name, self.files, self.left_out = name, {}, []
        again = rf"{re.escape(name)}-\d+\.ipynb"
        self.counted = re.compile(again)  # a learning platform's name for something handed in once more
        self.named = re.compile(rf"(?P<student>.+)_(?P<file>{re.escape(name)}\.ipynb|{again})")

    def add(self, path):
        """Look at a zip file, or at everything in a folder."""
        path = Path(path)
        if path.is_file() and path.suffix.lower() == ".zip":
            self._add_zip(path, PurePosixPath(), path.name)
        elif path.is_dir():
            for folder, folders, files in os.walk(path):
                folders.sort()
                for place in sorted(Path(folder, file) for file in files):
                    self._add_file(place, path)
        else:
            self.left_out.append(f"{path} is neither a folder nor a zip file")

    def _add_file(self, place, top):
        relative = PurePosixPath(place.relative_to(top).as_posix())
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
                for member in members:
                    self._add_zipped(archive, member, before, f"{words}: {member.filename}", one_students)
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
            self.left_out.append(f"{words} cannot be read: {error}")

    def _add_zipped(self, archive, member, before, words, one_students):
        kind = stat.S_IFMT(member.external_attr >> 16)
        path = PurePosixPath(_name(member).replace("\\", "/"))
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
                        self._add_zip(io.BytesIO(content), before / _unpacked(path), words, one_students=True)
                    else:
                        self._add_member(before / path, file, words)
            except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError, zipfile.zlib.error) as error:
                self.left_out.append(f"{words} cannot be read: {error}")

    def _add_member(self, path, file, words):
        path = PurePosixPath(*map(_clean, path.parts))
        student, number, target = self._whose(path)
        parts = [*path.parts, student, *target.parts]
        if path.is_absolute() or ".." in parts:
            self.left_out.append(f"{words} leads out of the folder")
            return
        if any(part.startswith((".", "__MACOSX")) for part in parts):
            return
        if not student:
            self.left_out.append(f"{words}: nothing says whose it is")
            return
        files = self.files.setdefault((student, number), {})
        room = MOST_BYTES - sum(map(len, files.values()))
        content = file.read(min(room, LARGEST_NOTEBOOK) + 1)
        if len(content) > min(room, LARGEST_NOTEBOOK) or len(files) >= MOST_FILES:
            self.left_out.append(f"{words} is too large, or there are too many files")
            return
        if target in files:
            target = PurePosixPath(_cut(path.name))
        files[target] = content

    def _whose(self, path):
        """The student, the platform's number for them, and the path that the file gets."""
        # Only the first part counts: what stands deeper was named by a student.
        first, *rest = path.parts or ("",)
        if match := MOODLE.fullmatch(first) or CANVAS.fullmatch(first):
            return _student(match["student"]), match["number"], self._target([match["file"] or None, *rest])
        if rest:
            return _student(first), "", self._target(rest[1:] if rest[0] == self.name and len(rest) > 1 else rest)
        if match := self.named.fullmatch(first):
            return _student(match["student"]), "", self._target([match["file"]])
        if path.suffix.lower() == ".ipynb" and path.stem != self.name:
            return _student(path.stem), "", self._target([f"{self.name}.ipynb"])
        return "", "", PurePosixPath()

    def _target(self, parts):
        if self.counted.fullmatch(parts[-1] or ""):
            parts = [*parts[:-1], f"{self.name}.ipynb"]
        return PurePosixPath(*map(_cut, filter(None, parts)))

    def by_student(self):
        """``{student: {path: content}}``; two students of one name are told apart by the platform's numbers."""
        names, students = [student for student, _ in self.files], {}
        for (student, number), files in sorted(self.files.items()):
            if names.count(student) > 1:
                student = f"{student} {number}".strip()
            students[f"{student} ({number})" if student in students else student] = files
        return students

    def save(self, course, force):
        """Write everything into the folder of the class.

        Returns
        -------
        written, there : list of str
            The students whose work was written, and those who had a folder before, which was left alone.
        """
        written, there = [], []
        top = course.path(course.folders.submitted_directory, ".", ".")
        for student, files in self.by_student().items():
            folder = course.path(course.folders.submitted_directory, student, self.name)
            try:
                if folder.exists() and not force:
                    there.append(student)
                else:
                    self._write(student, files, folder, top)
                    written.append(student)
            except OSError as error:  # as a name that is too long
                self.left_out.append(f"{student}: the folder cannot be written: {error}")
        return written, there

    def _write(self, student, files, folder, top):
        """Write a student's files into `folder`, all at one stroke. Whatever a name has become by now, it must not lead out of
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
                    self.left_out.append(f"{student}: {path} cannot be written: {error}")
            if folder.exists():
                shutil.rmtree(folder)
            os.replace(new, folder)


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
    for path in options.paths:
        collection.add(path)
    written, there = collection.save(course, options.force)
    for words in collection.left_out:
        print(f"Left out: {printable(words)}")
    if there:
        print(f"Had a folder before, which was left alone (--force replaces it): {printable(', '.join(there))}")
    place = os.path.normpath(course.path(course.folders.submitted_directory, "*", options.name))
    print(f"Collected {options.name} from {len(written)} students into {place}")
    sys.exit(not written and not there)


if __name__ == "__main__":
    main()
