"""Grading with nbgrader: what is done beside its own commands. Knows nothing of what the course teaches."""
