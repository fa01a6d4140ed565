"""Marks as the CSV files that learning platforms import: a row a student, a column an assignment.

``nbgrader export --exporter autograde.export.MoodleExport --to marks.csv``, or ``...CanvasExport``; ``--student`` and
``--assignment`` choose as in nbgrader's own export. A student who handed nothing in has an empty field.
"""
import csv
import os
from pathlib import Path

from nbgrader.api import MissingEntry
from nbgrader.plugins.export import ExportPlugin

from autograde.marks import final_score


class _TableExport(ExportPlugin):
    """A row a student; subclasses say how a student is named and which rows come before the first student."""

    identity = {}  # heading: what stands in it for a student

    def rows_before(self, assignments):
        return []

    def students(self, gradebook):
        chosen = [student for student in gradebook.students if not self.student or student.id in self.student]
        return sorted(chosen, key=lambda student: student.id)

    def export(self, gradebook):
        assignments = [a for a in gradebook.assignments if not self.assignment or a.name in self.assignment]
        table = [[*self.identity, *(a.name for a in assignments)], *self.rows_before(assignments)]
        students = self.students(gradebook)
        for student in students:
            marks = [_mark(gradebook, assignment.name, student.id) for assignment in assignments]
            table.append([*(value(student) for value in self.identity.values()), *marks])
        target = Path(self.to or "grades.csv")
        unfinished = target.with_name(f".{target.name}.{os.getpid()}")
        with unfinished.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(table)
        os.replace(unfinished, target)
        self.log.info("Wrote the marks of %d students to %s", len(students), target)


class MoodleExport(_TableExport):
    """For Moodle's grade import, which finds a student by e-mail address or user name: map ``email`` or ``username``.

    What was collected from Moodle is under full names, so then only ``email`` fits, with addresses from nbgrader's list of
    students.
    """

    identity = {"username": lambda student: student.id, "email": lambda student: student.email or ""}

    def export(self, gradebook):
        super().export(gradebook)
        unknown = [student.id for student in self.students(gradebook) if not student.email]
        if unknown:
            self.log.warning("No e-mail address is known of %s. Moodle finds them only if these are their user names there.",
                             ", ".join(unknown))


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
    return final_score(paper)
