"""The public edition made of the internal one: no names, no words but agreed quotes, no small counts; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from digests.counting.counts import ALL
from digests.digest import Digest, Edition, PublicBasis
from digests.disclosure.audited import audited
from digests.disclosure.cells import MonthCells
from digests.disclosure.quotes import APPROVED, public_quotes
from digests.disclosure.revised import public_revisions
from digests.disclosure.shown import Shown, shown_in
from digests.disclosure.suppression import (
    kept_cells_back,
    masked,
    rows_to_hide,
    small_cells,
    suppressed_rows,
    withheld,
)
from digests.disclosure.window import WINDOW_MONTHS, WINDOW_TABLES, window_of, without_totals
from digests.issues.earlier import NO_MONTHS
from digests.options import DigestOptions
from digests.tables import Cell, Note, Table
from storage.records import Coverage

# The month's tables are one-way: the monthly cells of a cross table are nearly all small. Cross tables are over twelve
# months, and begin when twelve are known: before, each would differ from the last by one month. What is not named here
# stays inside; "quality" is told of all mailboxes together alone.
PUBLIC_TABLES = (
    "messages-by-product",
    "messages-by-user",
    "messages-by-use",
    "messages-by-channel",
    "decisions-by-user",
    *WINDOW_TABLES,
    "trend",
    "quality",
)
_BY_USER = ("messages-by-user", "decisions-by-user")
_UNKNOWN = Coverage(seen=0, stored=0, set_aside=0, duplicates=0, reviewed=0)


def public_edition(digest: Digest, options: DigestOptions) -> Digest:
    """Make the public edition of an internal digest."""
    before = _before(digest)
    kept = _safe(before, options, dict(digest.public.kept_back))
    basis = digest.public
    safe = audited(kept, before, basis.months, basis.editions, options.small_count_below)
    by_user = [next(table for table in safe if table.id == name) for name in _BY_USER]
    quotes = public_quotes(digest.table(APPROVED), by_user, _counted_alike(digest))
    compared = _revisions(digest, safe)
    also = (table for table in (*compared, quotes) if table.rows)
    tables = (*safe, *also)
    return replace(
        digest,
        edition=Edition.PUBLIC,
        cover=replace(
            digest.cover,
            coverage=_UNKNOWN,
            counted=0,
            pending=0,
            counts_pending=basis.counts_pending,
            message_link="",
            number_link="",
            untraced=(),
            is_compared=bool(compared),
        ),
        tables=tables,
        notes=_notes(digest, tables),
        coded=(),
        earlier=NO_MONTHS,
        public=PublicBasis(),
    )


def _revisions(digest: Digest, safe: Sequence[Table]) -> tuple[Table, ...]:
    """Say what the edition shows otherwise than the one of the same month before it."""
    own = (each for each in digest.public.editions if each.own.month == digest.cover.month)
    before = [each for each in own if each.own.account == digest.account]
    return (public_revisions(safe, before[-1], digest.cover.revises),) if before and digest.cover.revises else ()


def _counted_alike(digest: Digest) -> frozenset[int]:
    """Give the messages that the public figures count under the same kind of user as the internal ones."""
    users = {coded.id: coded.user for coded in digest.public.coded}
    return frozenset(coded.id for coded in digest.coded if users.get(coded.id) == coded.user)


def shown_by(digest: Digest, public: Digest, options: DigestOptions) -> Shown:
    """Take down for later audits what the public edition of a digest shows."""
    tables = (table for table in public.tables if table.id in PUBLIC_TABLES)
    return shown_in(tables, _before(digest), digest.public.months, options.small_count_below)


def _before(digest: Digest) -> tuple[Table, ...]:
    """Give the tables of the public edition with nothing kept back yet."""
    given = {table.id: table for table in (*digest.tables, *digest.public.tables)}
    if digest.account:
        del given["quality"]  # less those of the other mailboxes it would be a small number of reviewed messages
    return _public_tables(given, digest.public.months)


def _public_tables(given: Mapping[str, Table], months: Sequence[MonthCells]) -> tuple[Table, ...]:
    begun = len(window_of(months)) == WINDOW_MONTHS
    tables = (given[name] for name in PUBLIC_TABLES if name in given and (begun or name not in WINDOW_TABLES))
    return tuple(_without_private_columns(without_totals(table)) for table in tables)


def edition_to_come(tables: Iterable[Table], months: Sequence[MonthCells], options: DigestOptions) -> Shown:
    """Give the least that an edition can show which is still to be made of the tables: zeros alone."""
    before = _public_tables({table.id: table for table in tables}, months)
    threshold = options.small_count_below
    shown = shown_in(map(withheld, before), before, months, threshold)
    drafted = shown_in(_safe(before, options, {}), before, months, threshold)
    told = (place for place, number in drafted.counts.items() if number is not None)
    return replace(shown, open=frozenset(told))


def rows_kept_back(
    tables: Iterable[Table], options: DigestOptions, forced: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """Name by table the rows that a public edition keeps back, those among them that it is `forced` to."""
    threshold, found = options.small_count_below, dict(forced)
    for table in sorted(filter(_is_one_way, tables), key=_users_first):
        also = found.get(table.id, frozenset())
        if table.id == "decisions-by-user":
            # A user kept back in one table would be bounded by its decisions in the other.
            also |= found["messages-by-user"] - {ALL}
        found[table.id] = rows_to_hide(table, threshold, also)
    return found


def _is_one_way(table: Table) -> bool:
    return table.id in PUBLIC_TABLES and table.id not in WINDOW_TABLES and table.has_total


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
    if table.id in WINDOW_TABLES:
        return kept_cells_back(table, small_cells(table, threshold))
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


def _notes(digest: Digest, tables: Sequence[Table]) -> tuple[Note, ...]:
    """Leave out the notes to what stays inside, and the number of messages that await a reviewer."""
    used = {note for table in tables for note in table.notes} | {"counted", "pending", "users"}
    counts_pending = digest.public.counts_pending
    return tuple(_unnumbered(note, counts_pending) for note in digest.notes if note.id in used)


def _unnumbered(note: Note, counts_pending: bool) -> Note:
    if note.id != "pending":
        return note
    words = "count by the tags that the rules propose" if counts_pending else "do not count"
    return Note(id=note.id, text=f"Pending messages, which nobody has reviewed yet, {words}.")
