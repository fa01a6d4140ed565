"""Take a submission in: whatever lies in a student's folder becomes cells to grade, or a reason why there are none.

Nothing is followed that leads out of the folder, nothing is opened that is not a regular file, and nothing of it is run.
What would take long to read, and no honest notebook holds, is left out.
"""
import codecs
import hashlib
import json
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from autograde.assignment import LONGEST_SOURCE

MB = 1 << 20
LARGEST_NOTEBOOK, NOTEBOOKS_TOGETHER, FILES_TOGETHER = 64 * MB, 128 * MB, 16 * MB
OPEN_FLAGS = os.O_RDONLY
for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):  # not every system has them all
    OPEN_FLAGS |= getattr(os, flag, 0)
MOST_FILES, DEEPEST, MOST_CELLS, LONGEST_TIMESTAMP, MOST_NOTES = 200, 4, 2000, 100, 10
LONGEST_TOGETHER = 500_000  # characters of all code cells, or lines of text
MOST_VALUES = 1_000_000  # of all notebooks together
# In JSON a value follows each of these that does not stand in a text. No character is looked at twice.
BEFORE_A_VALUE = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|([\[{,])', re.DOTALL)
NOT_LOOKED_AT = {"__pycache__", "__MACOSX"}  # beside everything whose name begins with a dot
KINDS = [(stat.S_ISREG, "a file"), (stat.S_ISDIR, "a folder"), (stat.S_ISLNK, "a link"), (stat.S_ISFIFO, "a named pipe"),
         (stat.S_ISSOCK, "a socket")]
ENCODINGS = {"utf-8-sig": "UTF-8 with a byte order mark", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16",
             "utf-32": "UTF-32", "utf-32-le": "UTF-32", "utf-32-be": "UTF-32", "cp1252": "Windows-1252"}
CELLS = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell, "raw": nbformat.v4.new_raw_cell}
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}


class Unreadable(Exception):
    """A file cannot be used; the text says why."""


@dataclass
class Submission:
    """What a student handed in.

    Attributes
    ----------
    student : str
    cells : list of cells, or None
        None if no notebook could be read.
    notes : list of str
        What was out of order, a plain sentence each.
    files : dict of bytes
        What lay beside the notebook.
    timestamp : str or None
        When it was handed in.
    digest : str
        Changes with the content of the folder.
    """

    student: str
    cells: list | None = None
    notes: list = field(default_factory=list)
    files: dict = field(default_factory=dict)
    timestamp: str | None = None
    digest: str = ""


def receive(folder, student, name, grade_ids=()):
    """The `Submission` in a student's folder for the assignment `name`.

    `grade_ids` are the names of the assignment's cells: of several notebooks, one that has them is graded.
    """
    folder, submission = Path(folder), Submission(student)
    kind = kind_of(folder)
    kinds = _walk(folder) if kind == "a folder" else {}
    kind = kinds.pop(Path("."), kind)
    contents, reasons = _read(folder, kinds)
    submission.digest = _digest(kind, contents, reasons)
    if kind != "a folder":
        submission.notes.append(f"In the place of the folder {name} there is {kind}.")
        return submission
    if len(kinds) >= MOST_FILES:
        submission.notes.append(f"Only {MOST_FILES} of the files and folders were looked at.")
    submission.timestamp = _timestamp(contents.pop(Path("timestamp.txt"), b""), submission.notes)
    notebooks = {path: content for path, content in contents.items() if is_notebook(path)}
    place = _choose(notebooks, reasons, name, set(grade_ids), submission)
    submission.files = {path.name: content for path, content in contents.items()
                        if path not in notebooks and path.parent == place.parent}
    lost = [f"{shown(path)} cannot be read: {reason}." for path, reason in sorted(reasons.items(), key=lambda item: not is_notebook(item[0]))]
    submission.notes += lost[:MOST_NOTES]
    if len(lost) > MOST_NOTES:
        submission.notes.append(f"Nor can {len(lost) - MOST_NOTES} other files be read.")
    if submission.cells is None and not notebooks and not any(map(is_notebook, reasons)):
        submission.notes.append(f"There is no notebook: {name}.ipynb was expected, {_found(contents, reasons)} was found.")
    return submission


def is_notebook(path):
    """Whether a file's name is a notebook's, also one that a browser or a mail program made longer."""
    return ".ipynb" in path.name.lower()


def kind_of(path):
    """A word for what is there in the place of a file or folder."""
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return "nothing that can be looked at"
    return next((words for test, words in KINDS if test(mode)), "a device")


def shown(path):
    """A path as it can stand in a sentence."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(path))


def _walk(folder):
    """What lies below `folder`: {path: kind}."""
    kinds, todo = {}, [folder]
    while todo and len(kinds) < MOST_FILES:
        place = todo.pop(0)
        try:
            entries = [Path(place, name) for name in os.listdir(place) if not name.startswith(".") and name not in NOT_LOOKED_AT]
        except OSError as error:
            kinds[place.relative_to(folder)] = f"a folder that cannot be opened ({error.strerror})"
            continue
        for path in sorted(entries, key=lambda path: (not is_notebook(path), path.name))[:MOST_FILES]:
            below = path.relative_to(folder)
            kinds[below] = kind_of(path)
            if kinds[below] == "a folder" and len(below.parts) < DEEPEST:
                todo.append(path)
    return kinds


def _read(folder, kinds):
    """The files' contents, and why others have none: {path: bytes}, {path: reason}."""
    contents, reasons = {}, {}
    room = {True: NOTEBOOKS_TOGETHER, False: FILES_TOGETHER}
    for path, kind in kinds.items():
        if kind == "a folder":
            continue
        sort = is_notebook(path)
        try:
            if kind != "a file":
                raise Unreadable(f"it is {kind}")
            contents[path] = _content(folder / path, min(room[sort], LARGEST_NOTEBOOK))
            room[sort] -= len(contents[path])
        except Unreadable as reason:
            reasons[path] = str(reason)
    return contents, reasons


def _content(path, most):
    """The bytes of a regular file that has one name only."""
    try:
        with os.fdopen(os.open(path, OPEN_FLAGS), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable("it is not a file")
            if status.st_nlink > 1:
                raise Unreadable("it is a hard link, a second name of another file")
            if status.st_size > most:
                raise Unreadable(f"it is too large ({status.st_size / MB:.0f} MB)")
            return file.read(most)
    except OSError as error:
        raise Unreadable(f"it cannot be opened ({error.strerror})") from None


def _digest(kind, contents, reasons):
    entries = {str(path): hashlib.sha256(content).hexdigest() for path, content in contents.items()}
    entries |= {str(path): reason for path, reason in reasons.items()}
    return hashlib.sha256(json.dumps([kind, sorted(entries.items())]).encode()).hexdigest()


def _timestamp(content, notes):
    text = content.decode("utf-8", "replace").strip()
    if not text:
        return None
    from nbgrader.utils import parse_utc  # students, who check their work with this module, have no nbgrader

    try:
        if len(text) > LONGEST_TIMESTAMP or not re.search(r"\d{4}", text):
            raise ValueError("no time")
        parse_utc(text)
        return text
    except Exception:
        notes.append("The time stamp cannot be read, so the work counts as handed in without one.")
        return None


def _choose(notebooks, reasons, name, grade_ids, submission):
    """Read the notebooks, keep the cells of the one to grade, and return its path."""
    expected, readable, values = Path(f"{name}.ipynb"), {}, iter(range(MOST_VALUES))
    for path in sorted(notebooks, key=lambda path: path != expected):
        try:
            readable[path] = _cells(notebooks[path], grade_ids, values)
        except Unreadable as reason:
            reasons[path] = str(reason)
    if not readable:
        return expected

    def fits(path):
        known = sum(_is_known(cell, grade_ids) for cell in readable[path][0])
        return known > 0, path == expected, known, -len(path.parts)

    chosen = max(sorted(readable), key=fits)
    submission.cells, notes = readable[chosen]
    if chosen != expected:
        submission.notes.append(f"The notebook was handed in as {shown(chosen)} instead of {expected}.")
    others = ", ".join(shown(path) for path in sorted(readable) if path != chosen)
    if others:
        submission.notes.append(f"There are several notebooks: {shown(chosen)} was graded, not {others}.")
    submission.notes += notes
    return chosen


def _found(contents, reasons):
    """Words for what was handed in instead of a notebook."""
    names = sorted(map(shown, {*contents, *reasons}))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "") or "an empty folder"


def _cells(content, grade_ids, values):
    """The cells of a notebook, and notes about it. Raises `Unreadable`."""
    if not content.strip(b" \t\r\n\0"):
        raise Unreadable("it is empty")
    notes = []
    data = _data(_text(content, notes), notes, values)
    if not isinstance(data, dict) or not isinstance(data.get("cells", data.get("worksheets")), list):
        raise Unreadable("it is not a notebook")
    version = data.get("nbformat")
    if version != 4 and isinstance(version, int):
        notes.append(f"The notebook is stored in another format than Jupyter's present one (nbformat {version} instead of 4).")
    if "cells" not in data:
        data = _upgraded(data)
    cells = [cell for cell in map(_cell, data["cells"][:20 * MOST_CELLS]) if cell is not None]
    _empty_the_longest(cells, grade_ids, notes)
    cells = [cell for cell in cells if cell.source.strip() or _is_known(cell, grade_ids)]
    if len(cells) > MOST_CELLS:
        notes.append(f"The notebook has {len(data['cells'])} cells: {MOST_CELLS} were looked at.")
        important = sorted(range(len(cells)), key=lambda number: not _is_known(cells[number], grade_ids))
        cells = [cells[number] for number in sorted(important[:MOST_CELLS])]
    return cells, notes


def _empty_the_longest(cells, grade_ids, notes):
    """Empty the cells that are too long, and those that no room is left for; the assignment's own get theirs first."""
    room, emptied = LONGEST_TOGETHER, []
    for cell in sorted(cells, key=lambda cell: not _is_known(cell, grade_ids)):
        size = len(cell.source) if cell.cell_type == "code" else cell.source.count("\n")
        if size > min(room, LONGEST_SOURCE):
            emptied.append(cell.metadata.nbgrader.grade_id if _is_known(cell, grade_ids) else "a cell of the student's own")
            cell.source, size = "", 0
        room -= size
    if emptied:
        notes.append(f"Cells were too long and count as empty ({LONGEST_SOURCE:,} characters of code or lines of text is the most, "
                     f"{LONGEST_TOGETHER:,} in all cells together): {', '.join(dict.fromkeys(emptied))}.")


def _is_known(cell, grade_ids):
    return cell.metadata.get("nbgrader", {}).get("grade_id") in grade_ids


def _text(content, notes):
    encoding = json.detect_encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1252"
        text = content.decode(encoding, "replace")
    if encoding in ENCODINGS:
        notes.append(f"The notebook is stored as {ENCODINGS[encoding]} instead of UTF-8.")
    return text.removeprefix(codecs.BOM_UTF8.decode())


def _data(text, notes, values):
    """What a JSON text holds; of one with the marks of a merge conflict, the first side that can be read."""
    try:
        return _loaded(text, values)
    except RecursionError:
        raise Unreadable("it is not a notebook") from None
    except ValueError as error:
        line = getattr(error, "lineno", 1)
    text = text.replace("\r\n", "\n")
    if "\n<<<<<<<" not in f"\n{text}":
        raise Unreadable(f"it is not valid JSON from line {line} on")
    for side, version in zip(("first", "second"), _sides(text)):
        try:
            data = _loaded(version, values)
        except (ValueError, RecursionError):
            continue
        notes.append(f"The notebook holds the marks of a merge conflict: its {side} version was graded.")
        return data
    raise Unreadable("it holds the marks of a merge conflict, and neither version is valid JSON")


def _loaded(text, values):
    """What a JSON text holds, if it takes no more from the iterator `values` than there is: of each value comes a Python object."""
    for found in BEFORE_A_VALUE.finditer(text):
        if found[1] and next(values, None) is None:
            raise Unreadable(f"it is too large (more than {MOST_VALUES:,} values)")
    return json.loads(text)


def _sides(text):
    """The two versions of a text with the marks of merge conflicts."""
    sides, inside = ([], []), None
    marks = {(None, "<<<<<<<"): 0, (0, "|||||||"): "ancestor", (0, "======="): 1, ("ancestor", "======="): 1, (1, ">>>>>>>"): None}
    for line in text.splitlines(keepends=True):
        if (inside, line[:7]) in marks:
            inside = marks[inside, line[:7]]
            continue
        for number, side in enumerate(sides):
            if inside in (None, number):
                side.append(line)
    return ["".join(side) for side in sides]


def _upgraded(data):
    try:
        return nbformat.convert(nbformat.from_dict(data), 4)
    except Exception:
        raise Unreadable("it is not a notebook") from None


def _cell(data):
    """A clean cell from whatever stands in the list of cells."""
    if not isinstance(data, dict):
        return None
    source, kind = data.get("source", data.get("input")), data.get("cell_type")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    cell = CELLS[kind if isinstance(kind, str) and kind in CELLS else "code"](_clean(source) if isinstance(source, str) else "")
    cell.metadata = nbformat.from_dict(_metadata(data.get("metadata")))
    if isinstance(data.get("id"), str):
        cell.id = _clean(data["id"])
    if cell.cell_type != "code" and (pictures := _pictures(data.get("attachments"))):
        cell.attachments = nbformat.from_dict(pictures)
    return cell


def _metadata(data):
    """What a cell says of itself to nbgrader, if it has a name, and its tags."""
    data = data if isinstance(data, dict) else {}
    of_nbgrader, tags = data.get("nbgrader"), data.get("tags")
    kept = {"tags": [_clean(tag) for tag in tags if isinstance(tag, str)]} if isinstance(tags, list) and tags else {}
    if isinstance(of_nbgrader, dict) and isinstance(of_nbgrader.get("grade_id"), str):
        kept["nbgrader"] = {name: _clean(value) if isinstance(value, str) else value
                            for name, value in of_nbgrader.items() if isinstance(value, str | int | float | None)}
    return kept


def _clean(text):
    """A text in which what no encoding can write, such as half a surrogate pair, is a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _pictures(attachments):
    """The pictures that are stored in a cell: {name: {type: base64 text}}."""
    kept = {}
    for name, versions in attachments.items() if isinstance(attachments, dict) else ():
        if isinstance(name, str) and isinstance(versions, dict):
            kept[_clean(name)] = {kind: text for kind, text in versions.items() if kind in PICTURES and isinstance(text, str)}
    return kept
