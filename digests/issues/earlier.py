"""Where the records lie on which the counts of each month rest, in the tables over many months; pure.

A month that has been issued stands as its issue has it, and that holds its records. Of a month without an issue the
numbers of its messages are frozen with the digest that counts them, once: later ones name the issue that holds them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from digests.counting.month_ids import MonthIds, from_json, to_json


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """An issue over the same mailbox that holds the records of a month: the month's own, or a later month's."""

    month: str
    number: int


HERE = Source(month="", number=0)  # the digest itself


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedMonth:
    """Where the records of a month lie: for the trend, and for the tables over twelve months, which may differ.

    Those count as the public editions do. None: no issue holds them, as of a month that an old one counted first.
    """

    month: str
    trend: Source = HERE
    window: Source | None = HERE


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedMonths:
    """The months that a digest counts, its own last, and the messages of those whose records no other issue holds."""

    months: tuple[CountedMonth, ...] = ()
    kept: tuple[MonthIds, ...] = ()

    def ids_of(self, month: str) -> MonthIds | None:
        """Give the messages of a month that are kept here."""
        return next((ids for ids in self.kept if ids.month == month), None)


NO_MONTHS = CountedMonths()


def months_json(counted: CountedMonths) -> dict[str, object]:
    """Write it for an issue."""
    return {
        "months": [[each.month, _written(each.trend), _written(each.window)] for each in counted.months],
        "kept": [to_json(ids) for ids in counted.kept],
    }


def months_from(held: Mapping[str, Any]) -> CountedMonths:
    """Read it back from what an issue froze; empty where it is an old one."""
    given = held.get("earlier", {"months": (), "kept": ()})
    return CountedMonths(
        months=tuple(
            CountedMonth(month=str(month), trend=_source(trend) or HERE, window=_source(window))
            for month, trend, window in given["months"]
        ),
        kept=tuple(map(from_json, given["kept"])),
    )


def _written(source: Source | None) -> list[object] | None:
    return [source.month, source.number] if source else None


def _source(held: list[Any] | None) -> Source | None:
    return Source(month=str(held[0]), number=int(held[1])) if held else None
