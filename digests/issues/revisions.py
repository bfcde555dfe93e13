"""What has changed in a month since it was issued, number by number and why; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from digests.counting.coded import Coded
from digests.disclosure.published import Basis
from digests.tables import Cell, Column, Kind, Table


@dataclass(frozen=True, kw_only=True, slots=True)
class Issued:
    """An issue as later digests compare themselves with it."""

    number: int
    issued_at: str
    coded: tuple[Coded, ...]
    counts_pending: bool = True
    small_count_below: int | None = None  # None: older issues did not write it down
    quality: Mapping[str, tuple[Cell, ...]] | None = None  # its public table, before anything was kept back

    def basis(self, small_count_below: int) -> Basis:
        """Give the records of its figures; the threshold stands in for one that was not written down."""
        below = small_count_below if self.small_count_below is None else self.small_count_below
        return Basis(coded=self.coded, counts_pending=self.counts_pending, small_count_below=below)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Messages that a number has gained and lost since it was issued, and those of them that are new or gone."""

    gained: frozenset[int]
    lost: frozenset[int]
    arrived: frozenset[int]
    gone: frozenset[int]
    recounted: frozenset[int] = frozenset()  # pending, and pending messages count otherwise than then

    @property
    def signs(self) -> str:
        """Write "+3 −1", with a true minus sign, which no spreadsheet takes for a formula's."""
        parts = [f"{sign}{len(ids)}" for sign, ids in (("+", self.gained), ("−", self.lost)) if ids]
        return " ".join(parts)

    @property
    def why(self) -> str:
        """Say in words what made the change."""
        gained, lost = self.gained - self.arrived, self.lost - self.gone
        reasons = (
            (len(self.gained & self.arrived), "came in later"),
            (len((gained | lost) - self.recounted), "corrected"),
            (len(gained & self.recounted), "pending, which count now"),
            (len(lost & self.recounted), "pending, which no longer count"),
            (len(self.lost & self.gone), "no longer held"),
        )
        return ", ".join(f"{number} {words}" for number, words in reasons if number)


def revisions(
    issued: Issued,
    coded: Sequence[Coded],
    then_tables: Sequence[Table],
    now_tables: Sequence[Table],
    *,
    counts_pending: bool,
) -> Table:
    """List every number that differs from the issue."""
    before, today = {each.id for each in issued.coded}, {each.id for each in coded}
    pending = {each.id for each in coded if not each.reviewed} if counts_pending != issued.counts_pending else ()
    since = Change(
        gained=frozenset(),
        lost=frozenset(),
        arrived=frozenset(today - before),
        gone=frozenset(before - today),
        recounted=frozenset(pending),
    )
    found = [
        row for now in now_tables for then in then_tables if then.id == now.id for row in _changes(then, now, since)
    ]
    return Table(
        id="revisions",
        title=f"Revisions since issue {issued.number}, published {issued.issued_at}",
        columns=(
            Column(id="table", title="Table"),
            Column(id="row", title="Row"),
            Column(id="column", title="Column"),
            Column(id="published", title="Published", kind=Kind.COUNT),
            Column(id="now", title="Now", kind=Kind.COUNT),
            Column(id="change", title="Messages gained and lost", description="Since the issue, as in +3 −1"),
            Column(id="why", title="Why"),
        ),
        rows=tuple(row for _, row in found),
        row_ids=tuple(row_id for row_id, _ in found),
        notes=("revisions",),
        own_period=True,
        is_list=True,
    )


def _changes(then: Table, now: Table, since: Change) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """Yield each changed number of a table; a row or column that only one of the two has counts 0 in the other."""
    before, after = _numbers(then), _numbers(now)
    for key in dict.fromkeys((*after, *before)):
        old, new = before.get(key), after.get(key)
        old_number, old_ids = (old.number, old.ids) if old else (0, frozenset[int]())
        new_number, new_ids = (new.number, new.ids) if new else (0, frozenset[int]())
        if old_number == new_number and old_ids == new_ids:
            continue
        change = replace(since, gained=new_ids - old_ids, lost=old_ids - new_ids)
        titles = (new or old or _NO_NUMBER).titles
        yield "/".join((now.id, *key)), (now.title, *titles, old_number, new_number, change.signs, change.why)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Number:
    titles: tuple[str, str]
    number: int
    ids: frozenset[int]


_NO_NUMBER = _Number(titles=("", ""), number=0, ids=frozenset())


def _numbers(table: Table) -> dict[tuple[str, str], _Number]:
    texts = [
        place for place, column in enumerate(table.columns) if column.kind is Kind.TEXT and column.id != "in_annex"
    ]
    return {
        (row_id, column.id): _Number(
            titles=(", ".join(str(row[text]) for text in texts), column.title),
            number=int(str(row[place])),
            ids=frozenset(table.behind[line][place]),
        )
        for line, (row_id, row) in enumerate(zip(table.row_ids, table.rows, strict=True))
        for place, column in enumerate(table.columns)
        if column.kind is Kind.COUNT
    }
