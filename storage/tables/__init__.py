"""The tables, a family a file; the statements of the package above reach them through models.py."""
