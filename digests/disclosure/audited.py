"""Keeps back of a new public edition what would let a hidden count be worked out of all editions together; pure.

The audit says which counts give another away; of those that the new edition alone shows, the smallest goes, and the
audit is made again. Where nothing single helps, whole tables go: an edition that shows nothing gives nothing away.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Protocol

from digests.disclosure.cells import MonthCells
from digests.disclosure.differences import told_by_differences
from digests.disclosure.knowledge import FEWEST, place_key
from digests.disclosure.mailboxes import row_key, told_by_others
from digests.disclosure.rows import Key, Leak
from digests.disclosure.shown import Place, Shown, shown_in
from digests.disclosure.suppression import kept_cells_back, masked
from digests.disclosure.window import WINDOW_TABLES
from digests.tables import Table


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A count that the new edition alone shows and that can be kept back, wherever it stands in it."""

    number: int
    places: tuple[Place, ...]

    @property
    def rank(self) -> tuple[bool, int]:
        """Order candidates: the cells of cross tables go first, the smallest first."""
        return self.places[0][0] not in WINDOW_TABLES, self.number


class Attack(Protocol):
    """What an audit offers: leaks, one by one, and to take a count out of what is known."""

    def leaks(self) -> Iterator[Leak]:
        """Name what can be worked out."""

    def keep_back(self, name: Key, fewest: int) -> None:
        """Take a count out."""


def audited(
    public: Sequence[Table],
    before: Sequence[Table],
    months: Sequence[MonthCells],
    published: Sequence[Shown],
    threshold: int,
) -> tuple[Table, ...]:
    """Give the tables with all kept back that has to be, beside every edition `published` before.

    `before` are the same tables with nothing kept back.
    """
    shown = shown_in(public, before, months, threshold)
    hidden = set(told_by_differences(shown, published, threshold))
    shown = replace(shown, counts=dict(_kept_back(shown, hidden)))
    from digests.disclosure.audit import Audit  # noqa: PLC0415 - the solver takes a moment to import

    told, audit = told_by_others(shown, published, threshold), Audit((*published, shown), threshold)
    left = {key: one for key, one in _candidates(shown, published).items() if row_key(key) not in told}

    @cache
    def told_before() -> Mapping[Key, tuple[int, int]]:
        leaks = Audit(published, threshold).leaks() if published else ()
        return {leak.name: (leak.low, leak.high) for leak in leaks}

    while gone := _attacked(audit, left, told_before):
        hidden |= {place for one in gone for place in one.places}
    return tuple(_without(table, hidden) for table in public)


def _kept_back(shown: Shown, hidden: Collection[Place]) -> Iterator[tuple[Place, int | None]]:
    return ((place, None if place in hidden else number) for place, number in shown.counts.items())


def _attacked(
    audit: Attack, left: dict[Key, Candidate], told_before: Callable[[], Mapping[Key, tuple[int, int]]]
) -> list[Candidate]:
    """Attack once: keep back for each leak the smallest count that tells it, and take it from those that are left.

    Where none can be named, all cells of cross tables go, then all counts; but not for what the editions before this
    one told just as well (`told_before`, asked for only then, since it takes an audit of its own).
    """
    gone, blind = list[Candidate](), False
    for leak in audit.leaks():
        able = [name for name in leak.by if name in left]
        if able:
            gone += _keep_back(audit, left, _row_of(min(able, key=lambda name: left[name].rank), left))
        elif not blind:
            blind = told_before().get(leak.name) != (leak.low, leak.high)
    if blind and not gone:
        gone += _keep_back(audit, left, [name for name in left if name[0] in WINDOW_TABLES] or list(left))
    return gone


def _keep_back(audit: Attack, left: dict[Key, Candidate], names: Sequence[Key]) -> list[Candidate]:
    for name in names:
        audit.keep_back(name, FEWEST)
    return [left.pop(name) for name in names]


def _row_of(name: Key, left: Mapping[Key, Candidate]) -> list[Key]:
    """Give what goes with a count: the other counts of its row, unless it is a cell of a cross table."""
    return [other for other in left if other[:3] == name[:3]] if name[0] not in WINDOW_TABLES else [name]


def _candidates(shown: Shown, published: Sequence[Shown]) -> dict[Key, Candidate]:
    earlier = {place_key(one, place) for one in published for place, number in one.counts.items() if number is not None}
    places: dict[Key, list[Place]] = defaultdict(list)
    for place, number in shown.counts.items():
        key = place_key(shown, place)
        if key is not None and number and key not in earlier:
            places[key].append(place)
    return {key: Candidate(number=shown.counts[found[0]] or 0, places=tuple(found)) for key, found in places.items()}


def _without(table: Table, hidden: Collection[Place]) -> Table:
    """Keep single cells back of a cross table, whole rows of another."""
    mine = {(row, column) for name, row, column in hidden if name == table.id}
    if not mine:
        return table
    if table.id in WINDOW_TABLES:
        return kept_cells_back(table, mine)
    return replace(masked(table, {row for row, _ in mine}), behind=())
