"""How editions over one mailbox hang together with those over all mailboxes: the mailboxes add up to the whole. Pure.

A message lies in one mailbox. So who takes the editions of some mailboxes from the one over all is left with the
others' counts. What stood beside each other at one time is related: for each month the newest version over all and the
newest of each mailbox. Where those mailboxes leave a rest, it is guarded as a mailbox of its own, be it mail of
mailboxes without editions or a few messages that came or went between two editions: who takes the one for the other
learns of a few messages all the same. Where they are a few more than the whole, so is what came in between.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from digests.disclosure.cells import MonthCells
from digests.disclosure.knowledge import (
    COUNTED,
    FEWEST,
    MARGIN,
    ONE_WAY,
    USERS,
    WHOLE,
    Guarded,
    Knowledge,
    place_key,
)
from digests.disclosure.rows import Key
from digests.disclosure.shown import Place, Shown
from digests.disclosure.window import PRODUCTS, USES, WINDOW_TABLES


@dataclass(frozen=True, kw_only=True, slots=True)
class Together:
    """A month as it stood at one time: its version over all mailboxes, and those of single ones."""

    whole: MonthCells
    parts: tuple[MonthCells, ...]

    def may_be_complete(self, threshold: int) -> bool:
        """Say whether these may be all mailboxes, but for a few messages that came in between."""
        return abs(self.whole.figures.messages - sum(part.figures.messages for part in self.parts)) < threshold


def related(known: Knowledge, editions: Sequence[Shown], threshold: int) -> tuple[Guarded, ...]:
    """Add to what is known that mailboxes add up to the whole; give the small counts of their rests, to be guarded."""
    truths = {shown.own.version: shown.truth for shown in editions}
    return tuple(
        guarded
        for together in standing_together(editions)
        for guarded in _Relation(known, together, truths, threshold).guarded()
    )


def standing_together(editions: Sequence[Shown]) -> tuple[Together, ...]:
    """Give what stood beside each other as one edition came after the other; the fuller where one holds another."""
    newest: dict[str, dict[str, MonthCells]] = defaultdict(dict)
    found: dict[tuple[str, frozenset[str]], Together] = {}
    for shown in editions:
        for cells in shown.months:
            newest[cells.month][cells.account] = cells
            whole, *_ = *(one for name, one in newest[cells.month].items() if not name), None
            parts = tuple(one for name, one in newest[cells.month].items() if name)
            if whole is not None and parts:
                key = whole.version, frozenset(one.version for one in parts)
                found[key] = Together(whole=whole, parts=parts)
    return tuple(one for key, one in found.items() if not any(_holds(other, key) for other in found))


def told_by_others(shown: Shown, published: Sequence[Shown], threshold: int) -> frozenset[Key]:
    """Name the rows (and cells over twelve months) of a new edition that follow from what all others show.

    To keep these back would hide nothing. The key's last part is empty for rows.
    """
    newest = {one.own.account: one for one in published if one.own.month == shown.own.month}
    newest.pop(shown.own.account, None)
    here = [one for one in standing_together((*published, shown)) if shown.own in (one.whole, *one.parts)]
    if not any(len(one.parts) == len(newest) and one.may_be_complete(threshold) for one in here):
        return frozenset()
    return frozenset(
        row_key(key)
        for place, key in ((place, place_key(shown, place)) for place in shown.counts)
        if key is not None and (place[0] in WINDOW_TABLES or (key[1] == shown.own.version and key[3] == "messages"))
        if shown.truth.get(place, 0) == _left_by(newest, place)
    )


def _left_by(newest: Mapping[str, Shown], place: Place) -> int | None:
    """Give the count that the others leave for a new edition, as if there were no rest; None where one is kept back."""
    counts = {account: one.counts.get(place, 0) for account, one in newest.items()}
    numbers = {account: number for account, number in counts.items() if number is not None}
    if len(numbers) < len(counts):
        return None
    parts = sum(number for account, number in numbers.items() if account)
    return numbers[""] - parts if "" in numbers else parts


def row_key(key: Key) -> Key:
    """Name what is kept back together: a cell over twelve months, or a row."""
    return key if key[0] in WINDOW_TABLES else (*key[:3], "")


def _holds(other: tuple[str, frozenset[str]], key: tuple[str, frozenset[str]]) -> bool:
    return other[0] == key[0] and key[1] < other[1]


class _Relation:
    """The rows that one month's versions add; `keys` are the unknowns of the version over all mailboxes."""

    def __init__(
        self, known: Knowledge, together: Together, truths: Mapping[str, Mapping[Place, int]], threshold: int
    ) -> None:
        self._known, self._whole, self._parts = known, together.whole, together.parts
        self._truths, self._threshold = truths, threshold
        self._versions = " ".join((self._whole.version, *(part.version for part in self._parts)))
        self._complete = together.may_be_complete(threshold)

    def guarded(self) -> Iterator[Guarded]:
        """Add the rows of every count; give the small counts of the rest, and of what came in later."""
        for key in [key for key in self._known.unknowns if key[1] == self._whole.version]:
            table, _, row, column = key
            if table not in (WHOLE, *ONE_WAY, *WINDOW_TABLES):
                continue
            if column in COUNTED[1:]:
                self._spread(key)
            else:
                yield from self._added((table, row, column))

    def _added(self, place: Place) -> Iterator[Guarded]:
        """Messages: the parts, and the rest where there is one, add up to the whole.

        Parts that are more than the whole in truth have what came in after it. Where there are other mailboxes besides,
        nothing is known then.
        """
        trues = self._trues(place)
        if trues is None:
            return
        unknowns, rest = self._of_parts(place), trues[0] - sum(trues[1:])
        if self._complete and rest <= 0 and len(unknowns) >= sum(number > 0 for number in trues[1:]):
            yield from self._with_more(place, unknowns, -rest)
        elif rest >= 0:
            yield from self._with_rest(place, unknowns, rest)

    def _with_more(self, place: Place, unknowns: Sequence[int], more: int) -> Iterator[Guarded]:
        """Use that the parts are the whole and what came in after it."""
        together, name = self._known.of(*self._beside("parts", place)), self._beside("more", place)
        self._known.equal(together, unknowns)
        self._known.equal(together, [self._of(self._whole, place), *([self._known.of(*name)] if more else [])])
        yield from self._small(name, more)

    def _with_rest(self, place: Place, unknowns: Sequence[int], rest: int) -> Iterator[Guarded]:
        name = self._beside("rest", place)
        self._known.equal(self._of(self._whole, place), [*unknowns, self._known.of(*name)])
        yield from self._small(name, rest)

    def _small(self, name: Key, number: int) -> Iterator[Guarded]:
        if 0 < number < self._threshold:
            fewest = self._threshold if name[0] in ONE_WAY else FEWEST
            yield Guarded(unknown=self._known.of(*name), fewest=fewest, name=name)

    def _spread(self, key: Key) -> None:
        """Threads and senders may be in several mailboxes: no more than all parts have, no fewer than any.

        Those of a rest are no more than its messages.
        """
        place, of_messages = (key[0], key[2], key[3]), (key[0], key[2], COUNTED[0])
        trues, messages = self._trues(place), self._trues(of_messages)
        if trues is None or messages is None:
            return
        whole, unknown, unknowns = trues[0], self._of(self._whole, place), self._of_parts(place)
        if whole >= max(trues[1:]):
            for part in unknowns:
                self._known.at_least(unknown, [part])
        rest = max(0, messages[0] - sum(messages[1:]))
        left = [] if self._complete and not rest else [self._known.of(*self._beside("rest", of_messages))]
        if whole <= sum(trues[1:]) + rest and len(unknowns) == len(self._parts):
            self._known.at_most(unknown, [*unknowns, *left])

    def _trues(self, place: Place) -> list[int] | None:
        """Give a count of the whole, then of each part, as they are; None where one was not taken down."""
        counts = [self._true(cells, place) for cells in (self._whole, *self._parts)]
        numbers = [number for number in counts if number is not None]
        return numbers if len(numbers) == len(counts) else None

    def _beside(self, kind: str, place: Place) -> Key:
        """Name a count that stands in no edition."""
        table, row, column = place
        return table, f"{kind} {self._versions}", row, column

    def _of_parts(self, place: Place) -> list[int]:
        """Give the parts' unknowns; a row that a mailbox does not have has none, and is zero."""
        return [self._of(part, place) for part in self._parts if self._name(part, place) in self._known.unknowns]

    def _of(self, cells: MonthCells, place: Place) -> int:
        return self._known.unknowns[self._name(cells, place)]

    def _name(self, cells: MonthCells, place: Place) -> Key:
        table, row, column = place
        return table, cells.version, row, column

    def _true(self, cells: MonthCells, place: Place) -> int | None:
        """Give a count as it is; None where nobody took it down."""
        table, row, column = place
        if table == WHOLE:
            return {"threads": cells.figures.threads, "senders": cells.figures.senders}.get(
                column, cells.figures.messages
            )
        if column == "messages" and table == USERS:
            return cells.users.get(row, 0)
        if column == "messages" and table in MARGIN.values():
            crossed = cells.products if table == MARGIN[PRODUCTS] else cells.uses
            return sum(number for (_, label), number in crossed.items() if label == row)
        if table in WINDOW_TABLES:
            return (cells.uses if table == USES else cells.products).get((row, column), 0)
        held = self._truths.get(cells.version)
        return held.get(place, 0) if held else None
