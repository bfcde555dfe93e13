"""Small counts kept back so that they cannot be worked out again: pure.

Primary: a row with a count from 1 to the threshold less one keeps all its counts back; zero stays, being true.
Secondary: where what is kept back could be had from the total, the next smallest rows are kept back too, until at least
two share a remainder that leaves each of them room for as many values as the threshold has. Where no rows are left to
give that room the total is kept back as well. Shares go with the counts they rest on.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from digests.counting.counts import ALL, NONE
from digests.tables import Cell, Kind, Shorthand, Table


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A row as suppression sees it: its messages, and its smallest count of any kind that is not zero."""

    id: str
    messages: int
    smallest: int


def kept_back(
    parts: Sequence[Part], whole: int, threshold: int, *, overlapping: bool, forced: Collection[str] = ()
) -> frozenset[str]:
    """Name the rows to keep back; with ALL among them when the total has to go too.

    `overlapping` rows may share messages, so that they only bound the total; NONE is the row of those in no other.
    """
    shown = [part for part in parts if part.messages]
    hidden = {part.id for part in shown if part.smallest < threshold or part.id in forced}
    if overlapping:
        hidden |= _small_rest(shown, whole, threshold)
    rest = sorted((part for part in shown if part.id not in hidden), key=lambda part: (part.messages, part.id))
    while hidden and not _safe(hidden, shown, whole, threshold, overlapping):
        if not rest:
            return frozenset(hidden | {ALL})
        hidden.add(rest.pop(0).id)
    return frozenset(hidden)


def _small_rest(shown: Sequence[Part], whole: int, threshold: int) -> set[str]:
    """The messages that are in some row are the total less NONE: when they are few, NONE gives them away."""
    none = next((part.messages for part in shown if part.id == NONE), 0)
    return {NONE} if none and 0 < whole - none < threshold else set()


def _safe(hidden: set[str], shown: Sequence[Part], whole: int, threshold: int, overlapping: bool) -> bool:
    remainder = whole - sum(part.messages for part in shown if part.id not in hidden)
    if overlapping:
        return remainder <= 1 or (len(hidden) > 1 and _has_large(hidden, shown, threshold))
    return len(hidden) > 1 and remainder - len(hidden) >= threshold - 1


def _has_large(hidden: set[str], shown: Sequence[Part], threshold: int) -> bool:
    """Say whether a row is among the hidden that nobody can take for a small one."""
    return any(part.id in hidden and part.smallest >= threshold for part in shown)


def rows_to_hide(table: Table, threshold: int, forced: Collection[str] = ()) -> frozenset[str]:
    """Name the rows to keep back of a table of parts and a total."""
    *parts, total = [_part(table, place) for place in range(len(table.rows))]
    if total.messages and total.smallest < threshold:
        return frozenset(part.id for part in parts) | {ALL}
    return kept_back(parts, total.messages, threshold, overlapping=table.overlapping, forced=forced)


def masked(table: Table, hidden: Collection[str]) -> Table:
    """Keep the counts of some rows back; with the total every share, for a count and its share tell the total."""
    named = zip(table.row_ids, table.rows, strict=True)
    rows = tuple(_masked(table, row) if row_id in hidden else row for row_id, row in named)
    if table.has_total and ALL in hidden:
        rows = tuple(_without_shares(table, row) for row in rows)
    return replace(table, rows=rows, behind=())


def _without_shares(table: Table, row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    shares = [
        _tellable(cell, column.kind, row) and column.kind is not Kind.COUNT
        for cell, column in zip(row, table.columns, strict=True)
    ]
    return tuple(Shorthand.CONFIDENTIAL if share else cell for cell, share in zip(row, shares, strict=True))


def suppressed_rows(table: Table, threshold: int) -> Table:
    """Keep back each row of a table without a total that has a small count, or two whose difference is small."""
    rows = [_masked(table, row) if _tells(table, row, threshold) else row for row in table.rows]
    return replace(table, rows=tuple(rows), behind=())


def withheld(table: Table) -> Table:
    """Keep every count of a table back, as where the whole month is too small."""
    return replace(table, rows=tuple(_masked(table, row) for row in table.rows), behind=())


def _part(table: Table, place: int) -> Part:
    counts = _counts(table, table.rows[place])
    return Part(id=table.row_ids[place], messages=counts[0], smallest=min((n for n in counts if n), default=0))


def _counts(table: Table, row: tuple[Cell, ...]) -> list[int]:
    return [
        cell
        for cell, column in zip(row, table.columns, strict=True)
        if column.kind is Kind.COUNT and isinstance(cell, int)
    ]


def _tells(table: Table, row: tuple[Cell, ...], threshold: int) -> bool:
    counts = _counts(table, row)
    differences = [abs(one - other) for one in counts for other in counts] if table.id == "quality" else []
    return any(0 < number < threshold for number in (*counts, *differences))


def _masked(table: Table, row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Put [c] for every count that is not zero, and for every share."""
    return tuple(
        Shorthand.CONFIDENTIAL if _tellable(cell, column.kind, row) else cell
        for cell, column in zip(row, table.columns, strict=True)
    )


def _tellable(cell: Cell, kind: Kind, row: tuple[Cell, ...]) -> bool:
    if not isinstance(cell, int | float):
        return False
    if kind is Kind.COUNT:
        return cell != 0
    return kind in (Kind.PERCENT, Kind.RATIO) and any(isinstance(other, int) and other for other in row)


def small_cells(table: Table, threshold: int) -> frozenset[tuple[str, str]]:
    """Name the cells of a cross table, by row and column, that hold a small count."""
    return frozenset(
        (row_id, column.id)
        for row_id, row in zip(table.row_ids, table.rows, strict=True)
        for column, cell in zip(table.columns, row, strict=True)
        if column.kind is Kind.COUNT and isinstance(cell, int) and 0 < cell < threshold
    )


def kept_cells_back(table: Table, cells: Collection[tuple[str, str]]) -> Table:
    """Keep single cells back; zeros stay."""
    rows = tuple(
        tuple(
            Shorthand.CONFIDENTIAL if (row_id, column.id) in cells and _tellable(cell, column.kind, row) else cell
            for cell, column in zip(row, table.columns, strict=True)
        )
        for row_id, row in zip(table.row_ids, table.rows, strict=True)
    )
    return replace(table, rows=rows, behind=())
