"""Tries to work out what was kept back, from all public editions ever issued together, by linear programming.

For each count that is to be guarded it asks for the least and the most that the count can be. Every solution found is a
set of tables that agrees with all that was published; it counts for every guarded count, so that most need no program
of their own. Small programs come first, in which only three months may differ from a solution known already; what they
leave open is asked of the whole.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import ceil, floor

from digests.disclosure.knowledge import Guarded, guarded, knowledge_of
from digests.disclosure.mailboxes import related
from digests.disclosure.rows import Key, Leak
from digests.disclosure.shown import Shown
from digests.disclosure.solver import Extreme, Polytope, Values

_SLACK = 1e-6
_ROUNDS = 12  # of small programs for a month, each time with two other months beside it


class Audit:
    """An attack on the public editions; counts may be kept back afterwards, and the attack made again."""

    def __init__(self, editions: Sequence[Shown], threshold: int) -> None:
        """Set up all that the editions tell."""
        known = knowledge_of(editions)
        rests = related(known, editions, threshold)
        self._cap, self._unknowns = known.cap, known.unknowns
        self._names = {unknown: name for name, unknown in known.unknowns.items()}
        self._guarded = {each.unknown: each for each in (*guarded(known, editions, threshold), *rests)}
        self._polytope = Polytope(known.bounds, known.rows)
        self._months = {cells.version: cells.month for shown in editions for cells in shown.months}
        self._low: dict[int, float] = {}
        self._high: dict[int, float] = {}
        self._found: list[Values] = []
        self._chance = random.Random(1)  # noqa: S311 - directions to look in; the same each time

    def keep_back(self, name: Key, fewest: int) -> None:
        """Take a count out of what is known; of it, so many numbers have to stay possible."""
        unknown = self._unknowns[name]
        self._polytope.bound(unknown, 1.0, self._cap)
        self._guarded[unknown] = Guarded(unknown=unknown, fewest=fewest, name=name)

    def leaks(self) -> Iterator[Leak]:
        """Name what can be worked out, one by one: what is kept back meanwhile is taken into account."""
        if self._unproven() and not self._found:
            self._push(self._unproven())
        for month in dict.fromkeys(self._months.values()):
            self._try_month(month)
        self._try_all()
        for one in self._unproven():
            leak = self._leak(one)
            if leak is not None:
                yield leak

    def _try_month(self, month: str) -> None:
        """Let one month and two others differ from what was found, in directions made up by chance.

        A month is all of its versions, over single mailboxes and over all, which hang together.
        """
        others = [other for other in dict.fromkeys(self._months.values()) if other != month]
        for _ in range(_ROUNDS):
            mine = [each for each in self._unproven() if self._months.get(each.name[1]) == month]
            if not mine:
                return
            beside = {month, *self._chance.sample(others, min(2, len(others)))}
            self._push_near(mine, [version for version, of in self._months.items() if of in beside])

    def _try_all(self) -> None:
        """Push all that is unproven this way and that, as long as it proves a tenth of it."""
        left = 2 * len(self._guarded)
        while (unproven := self._unproven()) and 10 * len(unproven) < 9 * left:
            left = len(unproven)
            self._push(unproven)

    def _push(self, some: Sequence[Guarded]) -> None:
        weights = self._weights(some)
        for most in (True, False):
            self._learn(self._polytope.extreme(weights, most=most))

    def _push_near(self, some: Sequence[Guarded], versions: Sequence[str]) -> None:
        weights, base = self._weights(some), sum(self._found[1:], self._found[0]) / len(self._found)
        free = self._free(versions)
        for most in (True, False):
            found = self._polytope.extreme_near(base, free, weights, most=most)
            if found is not None:
                self._note_range(found)

    def _weights(self, some: Sequence[Guarded]) -> dict[int, float]:
        return {each.unknown: self._chance.choice((-1.0, 1.0)) for each in some}

    def _free(self, versions: Sequence[str]) -> list[int]:
        """Give the unknowns of some months, and those over twelve months, which follow from them."""
        if not hasattr(self, "_of_month"):
            self._of_month: dict[str, list[int]] = defaultdict(list)
            for (_, version, _, _), unknown in self._unknowns.items():
                self._of_month["" if " " in version else version].append(unknown)
        return [unknown for version in (*versions, "") for unknown in self._of_month[version]]

    def _leak(self, one: Guarded) -> Leak | None:
        held: set[int] = set()
        for most in (True, False):
            if self._is_wide(one):
                return None
            found = self._polytope.extreme({one.unknown: 1.0}, most=most)
            self._learn(found)
            held |= found.held_by
        if self._is_wide(one):
            return None
        low, high = self._range(one)
        by = (self._names[unknown] for unknown in sorted(held - {one.unknown}))
        return Leak(name=one.name, low=low, high=high, by=tuple(by))

    def _unproven(self) -> list[Guarded]:
        return [each for each in self._guarded.values() if not self._is_wide(each)]

    def _is_wide(self, one: Guarded) -> bool:
        low, high = self._range(one)
        return high - low + 1 >= one.fewest

    def _range(self, one: Guarded) -> tuple[int, int]:
        """Give the whole numbers between the least and the most that any solution has had; an empty range at first."""
        low, high = self._low.get(one.unknown), self._high.get(one.unknown)
        return (1, 0) if low is None or high is None else (ceil(low - _SLACK), floor(high + _SLACK))

    def _learn(self, found: Extreme) -> None:
        self._found.append(found.values)
        self._note_range(found.values)

    def _note_range(self, values: Values) -> None:
        for unknown in self._guarded:
            value = float(values[unknown])
            self._low[unknown] = min(value, self._low.get(unknown, value))
            self._high[unknown] = max(value, self._high.get(unknown, value))
