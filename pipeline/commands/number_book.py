"""The messages behind a digest's number, for the page: of an issue as it was frozen, of a draft as the month is now."""

from pathlib import Path

from digests.counting.trend import TREND
from digests.disclosure.window import OVER_MONTHS
from digests.errors import MonthNotBegun
from digests.issues.behind import tables_of_issue
from digests.issues.longer import longer_tables_of_draft, longer_tables_of_issue
from digests.make import make_digest
from digests.tables import Kind, Table
from pipeline.commands.digesting import catalogue_of, digest_options
from pipeline.commands.opening import clock, mailbox_names
from pipeline.config import Settings
from review.callables import Behind, NumberAsked
from storage import reports
from storage.engine import Store


class NumberBook:
    """Finds what a link in an internal edition asks for (`review.callables.Numbers`)."""

    def __init__(self, store: Store, settings: Settings, house: Path) -> None:
        self._store, self._settings, self._house = store, settings, house

    def behind(self, asked: NumberAsked) -> Behind | None:
        """List the messages; None where there is no such number."""
        table = next((one for one in self._tables(asked) if one.id == asked.table and one.behind), None)
        if table is None or asked.row not in table.row_ids:
            return None
        places = [place for place, one in enumerate(table.columns) if one.id == asked.column and one.kind is Kind.COUNT]
        line = table.row_ids.index(asked.row)
        known = [place for place in places if isinstance(table.rows[line][place], int)]
        return _behind(table, line, known[0]) if known else None

    def _tables(self, asked: NumberAsked) -> tuple[Table, ...]:
        """Give the tables; those of an issue stand also where its mailbox is in the settings no more."""
        mailbox = mailbox_names(self._settings).get(asked.account)
        if asked.account and mailbox is None and not asked.issue:
            return ()
        catalogue = catalogue_of(self._settings, self._house, mailbox)
        options = digest_options(self._settings, mailbox)
        over_months = asked.table in OVER_MONTHS  # for these the records of other months are read as well
        trend_of = asked.row if asked.table == TREND else ""
        if not asked.issue:
            try:
                draft = make_digest(self._store, catalogue, asked.month, options, now=clock())
            except MonthNotBegun:
                return ()
            return longer_tables_of_draft(self._store, draft, trend_of) if over_months else draft.tables
        issues = reports.issues(self._store, asked.month, asked.account)
        issue = next((one for one in issues if one.number == asked.issue), None)
        if issue is None:
            return ()
        if over_months:
            return longer_tables_of_issue(self._store, issue, catalogue, trend_of)
        return tables_of_issue(issue, catalogue, options)


_NO_NAME = ("in_annex", "why", "status")  # texts of a row that do not name it


def _behind(table: Table, line: int, place: int) -> Behind:
    texts = zip(table.columns, table.rows[line], strict=True)
    row = ", ".join(str(cell) for column, cell in texts if column.kind is Kind.TEXT and column.id not in _NO_NAME)
    return Behind(
        table=table.title,
        row=row,
        column=table.columns[place].title,
        number=str(table.rows[line][place]),
        message_ids=table.behind[line][place],
    )
