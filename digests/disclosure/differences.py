"""What the difference of two overlapping windows tells of a single month: the commonest leak, found without a solver.

Where a cell over twelve months is shown twice, a month apart, the difference is the month that came in less the month
that dropped out; where one of the two is known to be zero, it is the other's own small count.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from digests.disclosure.cells import MonthCells
from digests.disclosure.knowledge import FEWEST, MARGIN, USERS
from digests.disclosure.shown import Place, Shown
from digests.disclosure.window import PRODUCTS, WINDOW_TABLES, window_of

_UNBOUNDED = 10**9
Margins = Mapping[tuple[str, str, str], int | None]  # table, version of a month, row


@dataclass(frozen=True, kw_only=True, slots=True)
class Range:
    """The least and the most that a count can be."""

    low: int
    high: int


def told_by_differences(shown: Shown, published: Sequence[Shown], threshold: int) -> frozenset[Place]:
    """Name the cells of the new edition that, beside an earlier one, leave a month's hidden count too few values."""
    margins = _margins((*published, shown))
    return frozenset(
        place
        for place, number in shown.counts.items()
        if place[0] in WINDOW_TABLES and number
        for earlier in published
        if _tells(place, shown, earlier, margins, threshold)
    )


def _tells(place: Place, shown: Shown, earlier: Shown, margins: Margins, threshold: int) -> bool:
    new, old = shown.counts[place], earlier.counts.get(place)
    here, there = _window(shown), _window(earlier)
    if new is None or old is None or here.keys() == there.keys():
        return False
    come = {version: cells for version, cells in here.items() if version not in there}
    gone = {version: cells for version, cells in there.items() if version not in here}
    if len(come) + len(gone) > 12:  # windows that hardly overlap tell little of a month
        return False
    return any(
        _few_left(place, cells, _left(place, version, new - old, come, gone, margins), threshold)
        for version, cells in (*come.items(), *gone.items())
    )


def _left(
    place: Place,
    version: str,
    difference: int,
    come: Mapping[str, MonthCells],
    gone: Mapping[str, MonthCells],
    margins: Margins,
) -> Range:
    """Give what a month's count can be: the difference, less what the other months add and take away."""
    sign = 1 if version in come else -1
    own = _bounds(place, version, margins)
    ranges = [(1, _bounds(place, one, margins)) for one in come if one != version]
    ranges += [(-1, _bounds(place, one, margins)) for one in gone if one != version]
    least = sum(way * (each.low if way > 0 else each.high) for way, each in ranges)
    most = sum(way * (each.high if way > 0 else each.low) for way, each in ranges)
    ends = sorted((sign * (difference - least), sign * (difference - most)))
    return Range(low=max(own.low, ends[0]), high=min(own.high, ends[1]))


def _few_left(place: Place, cells: MonthCells, left: Range, threshold: int) -> bool:
    """Say whether a small count of the month keeps fewer values than it has to."""
    true = _true(place, cells)
    return 0 < true < threshold and left.high - left.low + 1 < FEWEST


def _true(place: Place, cells: MonthCells) -> int:
    table, row, column = place
    return (cells.products if table == PRODUCTS else cells.uses).get((row, column), 0)


def _bounds(place: Place, version: str, margins: Margins) -> Range:
    """Give what the month's own tables say of a cell: it is no more than its row and its column."""
    table, row, column = place
    shown = (margins.get((USERS, version, row)), margins.get((MARGIN[table], version, column)))
    return Range(low=0, high=min((number for number in shown if number is not None), default=_UNBOUNDED))


def _margins(editions: Sequence[Shown]) -> dict[tuple[str, str, str], int | None]:
    return dict(_margins_of(editions))


def _margins_of(editions: Sequence[Shown]) -> Iterator[tuple[tuple[str, str, str], int | None]]:
    for shown in editions:
        for (table, row, column), number in shown.counts.items():
            if column == "messages" and table in (USERS, *MARGIN.values()):
                yield (table, shown.own.version, row), number


def _window(shown: Shown) -> dict[str, MonthCells]:
    return {cells.version: cells for cells in window_of(shown.months)}
