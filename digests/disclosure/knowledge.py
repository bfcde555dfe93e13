"""What somebody knows who keeps every public edition ever issued: unknown counts, their bounds, how they hang together.

Pure. Each version of a month has its unknowns: messages by kind of user, by product, use and channel, and in the cells
of user by product and use. What an edition shows fixes an unknown; what it keeps back is at least one, since zeros are
shown. The rest is how tables are made: rows that add up, rows that overlap and are bounded by their whole, threads and
senders that are no more than messages, twelve months that add up to a cell, later versions that only gained.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from digests.counting.counts import ALL, NONE
from digests.disclosure.cells import MonthCells, only_added
from digests.disclosure.rows import Key, Row
from digests.disclosure.shown import Place, Shown
from digests.disclosure.window import PRODUCTS, USES, WINDOW_TABLES, window_of

USERS, DECISIONS = "messages-by-user", "decisions-by-user"
OVERLAPPING = ("messages-by-product", "messages-by-use", "messages-by-channel")
ONE_WAY = (USERS, DECISIONS, *OVERLAPPING)
WHOLE = "whole"  # the total that the tables of a month share
MARGIN = {PRODUCTS: "messages-by-product", USES: "messages-by-use"}  # the one-way table of a cross table's columns
FEWEST = 2  # numbers that have to stay possible at the least: of one alone the count would be known
COUNTED = ("messages", "threads", "senders")


@dataclass(frozen=True, kw_only=True, slots=True)
class Guarded:
    """An unknown that must not be worked out: at least so many numbers have to stay possible."""

    unknown: int
    fewest: int
    name: Key


@dataclass(kw_only=True, slots=True)
class Knowledge:
    """All unknowns by name, with what is known of each."""

    cap: float
    unknowns: dict[Key, int] = field(default_factory=dict)
    bounds: list[tuple[float, float]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def of(self, *key: str) -> int:
        """Give the number of an unknown, made where it is new: from zero up to more than anything that is shown."""
        table, version, row, column = key
        name = (table, version, row, column)
        if name not in self.unknowns:
            self.unknowns[name] = len(self.bounds)
            self.bounds.append((0.0, self.cap))
        return self.unknowns[name]

    def see(self, key: Key, number: int | None) -> None:
        """Take in a count that is shown (None: kept back, and so not zero)."""
        unknown = self.of(*key)
        low, high = self.bounds[unknown]
        if number is not None:
            self.bounds[unknown] = (float(number), float(number))
        elif low != high:
            self.bounds[unknown] = (1.0, high)

    def is_zero(self, *key: str) -> bool:
        """Say whether an unknown is known to be zero."""
        table, version, row, column = key
        unknown = self.unknowns.get((table, version, row, column))
        return unknown is not None and self.bounds[unknown] == (0.0, 0.0)

    def equal(self, whole: int, parts: Iterable[int]) -> None:
        """Use that parts add up to the whole."""
        self._compare(whole, parts, low=0.0, high=0.0)

    def at_least(self, whole: int, parts: Iterable[int]) -> None:
        """Use that the whole is at least the sum of the parts."""
        self._compare(whole, parts, low=0.0, high=None)

    def at_most(self, whole: int, parts: Iterable[int]) -> None:
        """Use that the whole is at most the sum of the parts."""
        self._compare(whole, parts, low=None, high=0.0)

    def _compare(self, whole: int, parts: Iterable[int], *, low: float | None, high: float | None) -> None:
        weights: dict[int, float] = defaultdict(float)
        weights[whole] += 1.0
        for part in parts:
            weights[part] -= 1.0
        self.rows.append(Row(weights=weights, low=low, high=high))


def place_key(shown: Shown, place: Place) -> Key | None:
    """Name the unknown that a place of an edition holds; None for places that hang together with nothing."""
    table, row, column = place
    if table in WINDOW_TABLES:
        return table, _window_name(shown), row, column
    if table == "trend":
        version = next((cells.version for cells in shown.months if cells.month == row), None)
        return None if version is None else (WHOLE, version, "", column)
    if table not in ONE_WAY:
        return None
    if row == ALL and table != DECISIONS:
        return WHOLE, shown.own.version, "", column
    return table, shown.own.version, row, column


def knowledge_of(editions: Sequence[Shown]) -> Knowledge:
    """Put together all that the editions tell."""
    known = Knowledge(cap=_cap(editions))
    for shown in editions:
        for place, number in shown.counts.items():
            key = place_key(shown, place)
            if key is not None:
                known.see(key, number)
    axes = _Axes(editions)
    for version in axes.versions:
        _month(known, axes, version)
    for window, shown in {_window_name(shown): shown for shown in editions if _has_window(shown)}.items():
        _window(known, window, shown)
    for before, after in axes.later_versions():
        _gained(known, before, after)
    return known


def guarded(known: Knowledge, editions: Sequence[Shown], threshold: int) -> Iterator[Guarded]:
    """Name what must not be worked out: all that is kept back, and the small cells of every month."""
    fewest: dict[Key, int] = {}
    for shown in editions:
        for place, number in shown.counts.items():
            key = place_key(shown, place)
            if number is None and key is not None and place not in shown.open:
                fewest[key] = max(fewest.get(key, FEWEST), _fewest(shown, place, threshold))
    for cells in {cells.version: cells for shown in editions for cells in shown.months}.values():
        fewest.update(dict.fromkeys(_small_cells(cells, threshold), FEWEST))
    for key, number in fewest.items():
        unknown = known.unknowns.get(key)
        if unknown is not None and known.bounds[unknown][0] != known.bounds[unknown][1]:
            yield Guarded(unknown=unknown, fewest=number, name=key)


def _fewest(shown: Shown, place: Place, threshold: int) -> int:
    """A small count of a month's own tables is to look like any small count; of other places it is not to be told."""
    return threshold if place in shown.small and place[0] not in WINDOW_TABLES else FEWEST


def _small_cells(cells: MonthCells, threshold: int) -> Iterator[Key]:
    for table, counts in ((PRODUCTS, cells.products), (USES, cells.uses)):
        for (user, label), number in counts.items():
            if 0 < number < threshold:
                yield table, cells.version, user, label


class _Axes:
    """Which rows and columns there are: those of the tables shown, and for months without tables those of any."""

    def __init__(self, editions: Sequence[Shown]) -> None:
        self.versions = {cells.version: cells for shown in editions for cells in shown.months}
        self._rows: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        self._users: dict[str, None] = {}
        self._labels: dict[str, dict[str, None]] = defaultdict(dict)
        for shown in editions:
            for table, row, column in shown.counts:
                self._note(shown, table, row, column)
        for cells in self.versions.values():
            self._note_all(cells)

    def _note_all(self, cells: MonthCells) -> None:
        """Take in what messages are counted under: the catalogue is no secret."""
        self._users.update(dict.fromkeys(cells.users))
        for table, counts in ((PRODUCTS, cells.products), (USES, cells.uses)):
            self._labels[table].update({label: None for _, label in counts})

    def _note(self, shown: Shown, table: str, row: str, column: str) -> None:
        if table in WINDOW_TABLES:
            self._users.update({row: None} if row != ALL else {})
            self._labels[table].update({column: None} if column != ALL else {})
        elif row != ALL:
            self._rows[table, shown.own.version][row] = None

    def rows(self, table: str, version: str) -> tuple[str, ...]:
        """Give the rows of a one-way table but its last; none where the month has no tables of its own."""
        return tuple(self._rows[table, version])

    def users(self, version: str) -> tuple[str, ...]:
        return self.rows(USERS, version) or tuple(self._users)

    def labels(self, table: str, version: str) -> tuple[str, ...]:
        return self.rows(MARGIN[table], version) or tuple(self._labels[table])

    def later_versions(self) -> Iterator[tuple[str, str]]:
        """Give the versions of a mailbox's month that followed on each other and of which the later only gained."""
        months: dict[tuple[str, str], list[str]] = defaultdict(list)
        for version, cells in self.versions.items():
            months[cells.account, cells.month].append(version)
        for versions in months.values():
            for before, after in pairwise(versions):
                if only_added(self.versions[before], self.versions[after]):
                    yield before, after


def _month(known: Knowledge, axes: _Axes, version: str) -> None:
    for table in ONE_WAY:
        _one_way(known, table, version, axes.rows(table, version))
    if not axes.rows(USERS, version):
        _adds_up(known, USERS, version, axes.users(version))
    for table in WINDOW_TABLES:
        _cross(known, table, version, axes)


def _one_way(known: Knowledge, table: str, version: str, rows: Sequence[str]) -> None:
    if not rows:
        return
    if table in OVERLAPPING:
        _overlap(known, table, version, rows)
    else:
        _adds_up(known, table, version, rows)
    if table == DECISIONS:
        for row in (*rows, ALL):
            known.at_least(_whole(known, USERS, version, row), [known.of(table, version, row, "messages")])
    for column in COUNTED[1:]:
        _fewer(known, table, version, rows, column)


def _whole(known: Knowledge, table: str, version: str, row: str, column: str = "messages") -> int:
    """Give the unknown of a row, the last row standing for all messages of the month."""
    if row == ALL and table != DECISIONS:
        return known.of(WHOLE, version, "", column)
    return known.of(table, version, row, column)


def _adds_up(known: Knowledge, table: str, version: str, rows: Sequence[str]) -> None:
    known.equal(_whole(known, table, version, ALL), [known.of(table, version, row, "messages") for row in rows])


def _overlap(known: Knowledge, table: str, version: str, rows: Sequence[str]) -> None:
    """Each row is bounded by the whole less the messages in no row; together they are at least that."""
    whole, none = _whole(known, table, version, ALL), known.of(table, version, NONE, "messages")
    named = [known.of(table, version, row, "messages") for row in rows if row != NONE]
    for one in named:
        known.at_least(whole, [none, one])
    known.at_most(whole, [none, *named])


def _fewer(known: Knowledge, table: str, version: str, rows: Sequence[str], column: str) -> None:
    """Threads and senders: no more than messages, none beyond the whole, and together at least the whole."""
    whole, parts = _whole(known, table, version, ALL, column), [known.of(table, version, row, column) for row in rows]
    known.at_most(whole, parts)
    known.at_least(_whole(known, table, version, ALL), [whole])
    for row, part in zip(rows, parts, strict=True):
        known.at_least(whole, [part])
        known.at_least(known.of(table, version, row, "messages"), [part])


def _cross(known: Knowledge, table: str, version: str, axes: _Axes) -> None:
    """Users add up in each column; the columns of a user overlap, but for those messages that are in none."""
    margin = MARGIN[table]
    users = [user for user in axes.users(version) if not known.is_zero(USERS, version, user, "messages")]
    labels = [one for one in axes.labels(table, version) if not known.is_zero(margin, version, one, "messages")]
    for label in axes.labels(table, version):
        cells = [known.of(table, version, user, label) for user in users if label in labels]
        known.equal(known.of(margin, version, label, "messages"), cells)
    for user in users:
        _user(known, table, version, user, labels)


def _user(known: Knowledge, table: str, version: str, user: str, labels: Sequence[str]) -> None:
    messages = known.of(USERS, version, user, "messages")
    none = [known.of(table, version, user, NONE)] if NONE in labels else []
    cells = [known.of(table, version, user, label) for label in labels if label != NONE]
    known.at_most(messages, [*none, *cells])
    for cell in cells or none:
        known.at_least(messages, [cell, *none] if cell not in none else none)


def _window(known: Knowledge, window: str, shown: Shown) -> None:
    versions = [cells.version for cells in window_of(shown.months)]
    for table, row, column in shown.counts:
        if table in WINDOW_TABLES:
            parts = (_in_month(known, table, version, row, column) for version in versions)
            known.equal(known.of(table, window, row, column), [part for part in parts if part is not None])


def _in_month(known: Knowledge, table: str, version: str, row: str, column: str) -> int | None:
    """Give the month's unknown of a cell of twelve months; None where it is known to be zero."""
    if row == ALL and column == ALL:
        return known.of(WHOLE, version, "", "messages")
    if column == ALL:
        return known.of(USERS, version, row, "messages")
    if row == ALL:
        return known.of(MARGIN[table], version, column, "messages")
    return known.unknowns.get((table, version, row, column))


def _gained(known: Knowledge, before: str, after: str) -> None:
    """Use that no cell of the later version is less."""
    keys: Mapping[Key, int] = dict(known.unknowns)
    for (table, version, row, column), unknown in keys.items():
        later = keys.get((table, after, row, column))
        if version == before and later is not None and table in (*WINDOW_TABLES, USERS):
            known.at_least(later, [unknown])


def _window_name(shown: Shown) -> str:
    return " ".join(cells.version for cells in window_of(shown.months))


def _has_window(shown: Shown) -> bool:
    return any(table in WINDOW_TABLES for table, _, _ in shown.counts)


def _cap(editions: Sequence[Shown]) -> float:
    most = max((number or 0 for shown in editions for number in shown.counts.values()), default=0)
    return 1000.0 + 10.0 * most
