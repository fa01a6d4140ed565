"""Marks as the CSV files that learning platforms import: a row a student, a column an assignment.

``nbgrader export --exporter autograde.export.MoodleExport --to marks.csv``, or ``...CanvasExport``; ``--student`` and
``--assignment`` choose as in nbgrader's own export. A student who handed nothing in has an empty field.
"""
import csv
import os
from pathlib import Path

from nbgrader.api import MissingEntry
from nbgrader.plugins.export import ExportPlugin


class _TableExport(ExportPlugin):
    """A row a student; subclasses say how a student is named and which rows come before the first student."""

    identity = {}  # heading: what stands in it for a student

    def rows_before(self, assignments):
        return []

    def export(self, gradebook):
        assignments = [a for a in gradebook.assignments if not self.assignment or a.name in self.assignment]
        students = [s for s in gradebook.students if not self.student or s.id in self.student]
        table = [[*self.identity, *(a.name for a in assignments)], *self.rows_before(assignments)]
        for student in sorted(students, key=lambda student: student.id):
            marks = [_mark(gradebook, assignment.name, student.id) for assignment in assignments]
            table.append([*(value(student) for value in self.identity.values()), *marks])
        target = Path(self.to or "grades.csv")
        unfinished = target.with_name(f".{target.name}.{os.getpid()}")
        with unfinished.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(table)
        os.replace(unfinished, target)
        self.log.info("Wrote the marks of %d students to %s", len(students), target)


class MoodleExport(_TableExport):
    """For Moodle's grade import, which asks whom a column names: map ``username`` to the user name."""

    identity = {"username": lambda student: student.id, "email": lambda student: student.email or ""}


class CanvasExport(_TableExport):
    """For Canvas's gradebook import, which finds a student by the column SIS Login ID."""

    identity = {
        "Student": lambda student: ", ".join(filter(None, (student.last_name, student.first_name))) or student.id,
        "ID": lambda student: "",
        "SIS Login ID": lambda student: student.id,
        "Section": lambda student: "",
    }

    def rows_before(self, assignments):
        return [["    Points Possible", *[""] * (len(self.identity) - 1), *(a.max_score for a in assignments)]]


def _mark(gradebook, assignment, student):
    try:
        paper = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return ""
    return max(0.0, paper.score - paper.late_submission_penalty)
