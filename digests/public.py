"""The public edition made of the internal one: no names, addresses or words of messages, no small counts; pure."""

from dataclasses import replace

from digests.counts import ALL
from digests.digest import Digest, Edition
from digests.disclosure import suppressed, suppressed_rows, withheld
from digests.options import DigestOptions
from digests.tables import Cell, Note, Table
from storage.records import Coverage

# One-way tables alone: the monthly cells of a cross table are nearly all small. What is not named here stays inside.
PUBLIC_TABLES = (
    "messages-by-product",
    "messages-by-user",
    "messages-by-use",
    "messages-by-channel",
    "decisions-by-user",
    "trend",
    "quality",
)
_WITHOUT_TOTAL = ("trend", "quality")
_UNKNOWN = Coverage(seen=0, stored=0, set_aside=0, duplicates=0, reviewed=0)


def public_edition(digest: Digest, options: DigestOptions) -> Digest:
    """Make the public edition of an internal digest."""
    tables = tuple(_without_private_columns(digest.table(table_id)) for table_id in PUBLIC_TABLES)
    return replace(
        digest,
        edition=Edition.PUBLIC,
        cover=replace(digest.cover, coverage=_UNKNOWN, counted=0, pending=0, message_link="", number_link=""),
        tables=_safe(tables, options),
        notes=_notes(digest, options),
        coded=(),
    )


def too_small(by_user: Table, threshold: int) -> bool:
    """Say whether a month has so few messages that no choice of rows could hide the small ones."""
    place = by_user.column("messages")
    whole = by_user.rows[by_user.row_ids.index(ALL)][place]
    return whole != 0 and _under(whole, smallest_month(len(by_user.rows) - 1, threshold))


def smallest_month(rows: int, threshold: int) -> int:
    """Give the number of messages from which every table can be made safe by keeping rows back, its total shown."""
    return rows + 2 * threshold


def _safe(tables: tuple[Table, ...], options: DigestOptions) -> tuple[Table, ...]:
    threshold = options.small_count_below
    by_user = next(table for table in tables if table.id == "messages-by-user")
    rows = len(by_user.rows) - 1
    if too_small(by_user, threshold):
        return tuple(
            _trend_safe(table, rows, threshold) if table.id == "trend" else withheld(table) for table in tables
        )
    _, hidden_users = suppressed(by_user, threshold)
    return tuple(_one_safe(table, threshold, rows, hidden_users) for table in tables)


def _one_safe(table: Table, threshold: int, rows: int, hidden_users: frozenset[str]) -> Table:
    if table.id == "trend":
        return _trend_safe(table, rows, threshold)
    if table.id in _WITHOUT_TOTAL:
        return suppressed_rows(table, threshold)
    # A user kept back in one table would be bounded by its decisions in the other.
    forced = hidden_users if table.id == "decisions-by-user" else frozenset[str]()
    return suppressed(table, threshold, forced)[0]


def _trend_safe(table: Table, rows: int, threshold: int) -> Table:
    """Keep back the months that were too small to be published in their own digest."""
    place = table.column("messages")
    smallest = smallest_month(rows, threshold)
    masked = {row: new for row, new in zip(table.rows, withheld(table).rows, strict=True)}
    kept = [masked[row] if _under(row[place], smallest) else row for row in table.rows]
    return suppressed_rows(replace(table, rows=tuple(kept)), threshold)


def _under(cell: Cell, limit: int) -> bool:
    return isinstance(cell, int) and cell < limit


def _without_private_columns(table: Table) -> Table:
    """Leave out what is marked private, and from the trend what arrived besides users' messages."""
    private = {column.id for column in table.columns if column.private}
    if table.id == "trend":
        private |= {"received", "uses_stated"}
    keep = [place for place, column in enumerate(table.columns) if column.id not in private]
    return replace(
        table,
        columns=tuple(table.columns[place] for place in keep),
        rows=tuple(tuple(row[place] for place in keep) for row in table.rows),
        notes=(*table.notes, "suppression"),
        behind=(),
    )


def _notes(digest: Digest, options: DigestOptions) -> tuple[Note, ...]:
    """Leave out the notes to what stays inside, and the number of messages that await a reviewer."""
    used = {note for table_id in PUBLIC_TABLES for note in digest.table(table_id).notes} | {"suppression", "pending"}
    return tuple(_unnumbered(note, options) for note in digest.notes if note.id in used)


def _unnumbered(note: Note, options: DigestOptions) -> Note:
    if note.id != "pending":
        return note
    words = "count by the tags that the rules propose" if options.count_pending else "do not count"
    return Note(id=note.id, text=f"Messages that nobody has reviewed yet {words}.")
