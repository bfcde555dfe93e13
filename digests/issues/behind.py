"""The tables of an issue with the messages behind each number, made again of its frozen records."""

from dataclasses import replace

from classifiers.catalogue import Catalogue
from digests.counting.figures import figure_tables
from digests.counting.lists import new_for_annex
from digests.issues.frozen import issued_from
from digests.options import DigestOptions
from digests.tables import Table
from storage.records import Issue


def tables_of_issue(issue: Issue, catalogue: Catalogue, options: DigestOptions) -> tuple[Table, ...]:
    """Give them by the settings of the issue; only titles are the catalogue's of today."""
    issued = issued_from(issue)
    then = replace(options, count_pending=issued.counts_pending)
    tables = figure_tables(issued.coded, catalogue, then)
    uses = next(table for table in tables if table.id == "users-and-uses")
    return (*tables, new_for_annex(uses, catalogue))
