"""What nbgrader's metadata says about a cell, without nbgrader: the students' check uses this too, and they do not have it."""


def is_solution(cell):
    """Whether students fill the cell in."""
    return cell.metadata.get("nbgrader", {}).get("solution", False)


def is_grade(cell):
    """Whether the cell has points."""
    return cell.metadata.get("nbgrader", {}).get("grade", False)


def is_locked(cell):
    """Whether students may not change the cell."""
    return not is_solution(cell) and (is_grade(cell) or cell.metadata.get("nbgrader", {}).get("locked", False))
