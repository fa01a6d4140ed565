"""Give a submission's cells the structure of the assignment again, so that it can be graded whatever was done to them.

Names, types, points, flags and tags come from the instructor's source, and so does every cell that students may not change.
The student's own code and answers stay, in the order in which the student left them. The assignment's own cells stay between
them where they were, but set-up goes to the top, and a cell of tests moves down below the tasks that come before it.
"""
import nbformat

from autograde.assignment import grade_id, is_set_up, lines_of, names_bound
from autograde.cells import is_solution


def restore(submitted, assignment):
    """The cells of a submission as a notebook that nbgrader can save marks for, and notes on what was out of order."""
    notes = []
    cells = [nbformat.from_dict(cell) for cell in submitted]
    names = _names(cells, assignment, notes)
    theirs, places = _take_apart(cells, names, assignment, notes)
    _say_what_is_missing(names, assignment, notes)
    return _put_together(theirs, places, assignment, notes), notes


def same_text(one, other):
    """Whether two cells hold the same, but for white space at the ends of lines."""
    return lines_of(one) == lines_of(other)


def when_run(name, reason):
    """The sentence for a cell that did not come to its end."""
    where = f"the cell {name}" if name else "a cell of the student's own"
    return f"When {where} was run, {reason}."


def is_unanswered(cell, assignment):
    """Whether the cell is one to fill in that was left as it was, or emptied."""
    stub = assignment.stub_cells[grade_id(cell)]
    return is_solution(stub) and (not cell.source.strip() or same_text(cell.source, stub.source))


def _names(cells, assignment, notes):
    """Which of the assignment's cells each cell is: its name, or None for a cell of the student's own."""
    names = [grade_id(cell) if grade_id(cell) in assignment.stub_cells else None for cell in cells]
    _drop_borrowed_names(cells, names, assignment)
    _note(notes, "Cells were there more than once, and the last changed one counts",
          [name for name in assignment.stub_cells if names.count(name) > 1])
    _note(notes, "The points, flags, tags or schema of cells had been changed and were restored",
          [name for cell, name in zip(cells, names) if name and _settings(cell) != _settings(assignment.stub_cells[name])])
    lost, elsewhere = [], []
    for name, stub in assignment.stub_cells.items():
        if name not in names and (position := _under_no_name(name, stub, cells, names)) is not None:
            names[position] = name
            lost.append(name)
    for name, stub in assignment.stub_cells.items():
        there = [cell for cell, held in zip(cells, names) if held == name]
        if is_solution(stub) and all(same_text(cell.source, stub.source) for cell in there):
            find = _definition if stub.cell_type == "code" else _text_beside
            if (position := find(name, cells, names, assignment)) is not None:
                names[position] = name
                elsewhere.append(name)
    _note(notes, "Cells had lost their names and were found again", lost)
    _note(notes, "Answers stood in other cells and were taken from there", elsewhere)
    return names


def _drop_borrowed_names(cells, names, assignment):
    """Of the cells with the name of one that students may not change, those that hold something else have only borrowed it."""
    given = [lines_of(cell.source) in assignment.given_texts for cell in cells]
    for name, stub in assignment.stub_cells.items():
        same = [position for position, held in enumerate(names) if held == name]
        if not is_solution(stub) and any(given[position] for position in same):
            for position in same:
                names[position] = name if given[position] else None


def _note(notes, words, names):
    if names:
        notes.append(f"{words}: {', '.join(dict.fromkeys(names))}.")


def _settings(cell):
    """What students may not change about a cell beside its text: its points, flags, tags and schema."""
    of_nbgrader = cell.metadata.get("nbgrader", {})
    return [of_nbgrader.get(name) for name in ("points", "grade", "solution", "locked", "task", "schema_version")], \
        cell.metadata.get("tags", [])


def _under_no_name(name, stub, cells, names):
    """The place of a cell that has lost its name: by its identifier, or by its text if nobody changed it."""
    own = [position for position, held in enumerate(names) if held is None]
    by_id = [position for position in own if cells[position].id == stub.id]
    return next(iter(by_id or [position for position in own if same_text(cells[position].source, stub.source)]), None)


def _definition(name, cells, names, assignment):
    """The place of the last cell of the student's own that defines what the task `name` asks for."""
    asked = names_bound(assignment.stub_cells[name].source)
    return max((position for position, cell in enumerate(cells) if names[position] is None and cell.cell_type == "code"
                and names_bound(cell.source) & asked), default=None)


def _text_beside(name, cells, names, assignment):
    """The place of the first text of the student's own after the question, or of the question itself if it was changed."""
    order = list(assignment.stub_cells)
    number = order.index(name)
    start = next((position for position, held in enumerate(names) if held in order[max(0, number - 1):number + 1]), None)
    if start is None:
        return None
    new = [cell.cell_type != "code" and lines_of(cell.source) not in assignment.stub_texts for cell in cells]
    for position in range(start + 1, len(cells)):
        if names[position] not in (None, name):
            break
        if names[position] is None and new[position]:
            return position
    return start if new[start] and names[start] != name else None


def _take_apart(cells, names, assignment, notes):
    """The student's cells with their names, and before which of them each of the assignment's own cells stood."""
    theirs, places, changed = [], {}, []
    counts = _which_count(cells, names, assignment)
    for position, (cell, name) in enumerate(zip(cells, names)):
        stub = assignment.stub_cells.get(name)
        untouched = lines_of(cell.source) in assignment.given_texts
        if stub is None:
            if cell.cell_type != "code" or not untouched:
                theirs.append((_own(cell), None))
        elif is_solution(stub):
            if position == counts[name]:
                theirs.append((_answer(cell, name, stub, notes), name))
            elif not untouched:
                theirs.append((_own(cell), name))
        else:
            if not untouched or cell.cell_type != stub.cell_type:
                changed.append(name)
                if stub.cell_type != "code" or cell.cell_type == "code" and names_bound(cell.source) - names_bound(stub.source):
                    theirs.append((_own(cell), None))
            places.setdefault(name, len(theirs))
    _note(notes, "Cells that may not be changed had been changed and were restored", changed)
    return theirs, places


def _which_count(cells, names, assignment):
    """Of cells with the same name, the last one that was changed, or else the first: {name: position}."""
    counts = {}
    for position, (cell, name) in enumerate(zip(cells, names)):
        if name is not None and (name not in counts or not same_text(cell.source, assignment.stub_cells[name].source)):
            counts[name] = position
    return counts


def _own(cell):
    """A cell of the student's own, without metadata and outputs."""
    cell.metadata = nbformat.NotebookNode()
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    return cell


def _answer(cell, name, stub, notes):
    """A cell with the student's text and the type and metadata that it was handed out with."""
    if cell.cell_type != stub.cell_type:
        notes.append(f"The cell {name} had become a {cell.cell_type} cell and was made a {stub.cell_type} cell again.")
    if not cell.source.strip():
        notes.append(f"The cell {name} is empty.")
    answer = nbformat.from_dict(stub)
    answer.source = cell.source
    if stub.cell_type != "code" and "attachments" in cell:
        answer.attachments = cell.attachments
    return answer


def _say_what_is_missing(names, assignment, notes):
    missing = [name for name in assignment.stub_cells if name not in names]
    tasks = [name for name, stub in assignment.stub_cells.items() if is_solution(stub) and stub.cell_type == "code"]
    lost = [name for name in tasks if name in missing]
    if lost and lost == tasks:
        notes.append(f"None of the tasks of {assignment.name} is there: is this the notebook of another assignment?")
        return
    _note(notes, "The cells of tasks are missing", lost)
    _note(notes, "Cells were missing and were put back", [name for name in missing if name not in lost])


def _put_together(theirs, places, assignment, notes):
    """The student's cells with the assignment's own between them. A missing task stays missing: a stub would only hide what
    the student wrote elsewhere."""
    before = [[] for _ in range(len(theirs) + 1)]
    least, at_the_top, moved = 0, True, False
    for name, stub in assignment.stub_cells.items():
        if is_solution(stub):
            at_the_top = False
            if stub.cell_type == "code":
                least = max(least, _end_of_task(name, stub, theirs))
            elif not any(held == name for _, held in theirs):
                before[-1].append(nbformat.from_dict(stub))
            continue
        if stub.cell_type != "code":
            place = places.get(name, least)
        elif at_the_top and is_set_up(stub):
            place = 0
        else:
            place = least = max(least, places.get(name, 0))
            moved |= place > places.get(name, place)
        before[place].append(_restored(stub, assignment.cells[name].source))
    if moved:
        notes.append("Cells of tests were out of order and were moved down.")
    result = []
    for inserted, (cell, _) in zip(before, [*theirs, (None, None)]):
        result += [*inserted, cell]
    return result[:-1]


def _end_of_task(name, stub, theirs):
    """The number of the student's cells down to the last one that belongs to a task."""
    asked = names_bound(stub.source)
    ends = [number for number, (_, held) in enumerate(theirs, 1) if held == name] or [
        number for number, (cell, _) in enumerate(theirs, 1) if cell.cell_type == "code" and names_bound(cell.source) & asked]
    return max(ends, default=0)


def _restored(stub, source):
    """A cell as it was handed out, with the text of the instructor's source."""
    cell = nbformat.from_dict(stub)
    cell.source = source
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    return cell
