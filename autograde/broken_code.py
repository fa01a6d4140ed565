"""A step of ``nbgrader generate_assignment`` for exercises in which students mend broken code."""
import re

from nbgrader.preprocessors import ClearSolutions
from nbgrader.utils import is_solution

MARKER = re.compile(r"\s*### (BEGIN|END) (SOLUTION|BROKEN)\s*")


class ClearOrBreak(ClearSolutions):
    """Replace a solution by the broken code that its cell holds, and by nbgrader's stub where it holds none.

    The broken code stands in the solution cell as comments between two markers of its own, at the indentation that it
    will have::

        def relu(x):
            ### BEGIN SOLUTION
            return np.maximum(x, 0)
            ### END SOLUTION
            ### BEGIN BROKEN
            # return np.max(x, 0)
            ### END BROKEN

    In the exercise the cell is ``def relu(x):`` and ``return np.max(x, 0)``. The options are those of `ClearSolutions`.
    """

    def preprocess_cell(self, cell, resources, cell_index):
        if "### BEGIN BROKEN" not in cell.source:
            return super().preprocess_cell(cell, resources, cell_index)
        if not is_solution(cell):
            raise RuntimeError(f"broken code is handed out in solution cells only, but cell {cell_index} holds some")
        cell.source = break_source(cell.source)
        return cell, resources


def break_source(source):
    """The source of a cell with its solutions left out and its broken code uncommented."""
    lines, inside = [], None
    for line in source.split("\n"):
        if marker := MARKER.fullmatch(line):
            edge, part = marker.groups()
            if inside != (None if edge == "BEGIN" else part):
                raise RuntimeError(f"### {edge} {part} in the wrong place in this cell:\n{source}")
            inside = part if edge == "BEGIN" else None
        elif inside == "BROKEN":
            lines.append(re.sub(r"^(\s*)# ?", r"\1", line).rstrip())
        elif inside is None:
            lines.append(line)
    if inside:
        raise RuntimeError(f"### END {inside} is missing in this cell:\n{source}")
    return "\n".join(lines)
