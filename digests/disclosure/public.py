"""The public edition made of the internal one: no names, addresses or words of messages, no small counts; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from digests.counting.counts import ALL
from digests.digest import Digest, Edition
from digests.disclosure.suppression import masked, rows_to_hide, suppressed_rows, withheld
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
_UNKNOWN = Coverage(seen=0, stored=0, set_aside=0, duplicates=0, reviewed=0)


def public_edition(digest: Digest, options: DigestOptions) -> Digest:
    """Make the public edition of an internal digest."""
    given = {table.id: table for table in (*digest.tables, *digest.public_tables)}
    tables = tuple(_without_private_columns(given[table_id]) for table_id in PUBLIC_TABLES)
    return replace(
        digest,
        edition=Edition.PUBLIC,
        cover=replace(digest.cover, coverage=_UNKNOWN, counted=0, pending=0, message_link="", number_link=""),
        tables=_safe(tables, options, dict(digest.kept_back)),
        notes=_notes(digest, options),
        coded=(),
        public_tables=(),
        kept_back=(),
    )


def rows_kept_back(
    tables: Iterable[Table], options: DigestOptions, forced: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """Name by table the rows that a public edition keeps back, those among them that it is `forced` to."""
    threshold, found = options.small_count_below, dict(forced)
    for table in sorted((each for each in tables if each.id in PUBLIC_TABLES and each.has_total), key=_users_first):
        also = found.get(table.id, frozenset())
        if table.id == "decisions-by-user":
            # A user kept back in one table would be bounded by its decisions in the other.
            also |= found["messages-by-user"] - {ALL}
        found[table.id] = rows_to_hide(table, threshold, also)
    return found


def _users_first(table: Table) -> bool:
    return table.id != "messages-by-user"


def too_small(by_user: Table, threshold: int) -> bool:
    """Say whether a month has so few messages that no choice of rows could hide the small ones."""
    place = by_user.column("messages")
    whole = by_user.rows[by_user.row_ids.index(ALL)][place]
    return whole != 0 and _under(whole, smallest_month(len(by_user.rows) - 1, threshold))


def smallest_month(rows: int, threshold: int) -> int:
    """Give the number of messages from which every table can be made safe by keeping rows back, its total shown."""
    return rows + 2 * threshold


def _safe(tables: tuple[Table, ...], options: DigestOptions, forced: Mapping[str, frozenset[str]]) -> tuple[Table, ...]:
    threshold = options.small_count_below
    by_user = next(table for table in tables if table.id == "messages-by-user")
    rows, small = len(by_user.rows) - 1, too_small(by_user, threshold)
    hidden = rows_kept_back(tables, options, forced)
    return tuple(_one_safe(table, threshold, rows, hidden.get(table.id, frozenset()), small) for table in tables)


def _one_safe(table: Table, threshold: int, rows: int, hidden: frozenset[str], small: bool) -> Table:
    if table.id == "trend":
        return _trend_safe(table, rows, threshold)
    if small:
        return withheld(table)
    return masked(table, hidden) if table.has_total else suppressed_rows(table, threshold)


def _trend_safe(table: Table, rows: int, threshold: int) -> Table:
    """Keep back the months that were too small to be published in their own digest."""
    place = table.column("messages")
    smallest = smallest_month(rows, threshold)
    pairs = zip(table.rows, withheld(table).rows, strict=True)
    kept = [hidden if _under(row[place], smallest) else row for row, hidden in pairs]
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
