"""The messages behind a digest's number, for the page: of an issue as it was frozen, of a draft as the month is now."""

from pathlib import Path

from digests.issues.behind import tables_of_issue
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
        return _behind(table, line, places[0]) if places else None

    def _tables(self, asked: NumberAsked) -> tuple[Table, ...]:
        """Give the tables; those of an issue stand also where its mailbox is in the settings no more."""
        mailbox = mailbox_names(self._settings).get(asked.account)
        if asked.account and mailbox is None and not asked.issue:
            return ()
        catalogue = catalogue_of(self._settings, self._house, mailbox)
        options = digest_options(self._settings, mailbox)
        if not asked.issue:
            return make_digest(self._store, catalogue, asked.month, options, now=clock()).tables
        issues = reports.issues(self._store, asked.month, asked.account)
        issue = next((one for one in issues if one.number == asked.issue), None)
        return tables_of_issue(issue, catalogue, options) if issue else ()


def _behind(table: Table, line: int, place: int) -> Behind:
    texts = zip(table.columns, table.rows[line], strict=True)
    row = ", ".join(
        str(cell) for column, cell in texts if column.kind is Kind.TEXT and column.id not in ("in_annex", "why")
    )
    return Behind(
        table=table.title,
        row=row,
        column=table.columns[place].title,
        number=str(table.rows[line][place]),
        message_ids=table.behind[line][place],
    )
