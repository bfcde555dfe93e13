"""A public edition as an audit sees it: each count that was shown or kept back, and the months it was made of; pure.

It is frozen with the issue, so that a later audit rests on what was published and not on what would be published today.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from digests.disclosure.cells import MonthCells, from_json, to_json
from digests.tables import Kind, Shorthand, Table

Place = tuple[str, str, str]  # table, row, column


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """The counts of one public edition; None for one that is kept back.

    `months` are those that its trend and its tables over twelve months rest on, in order, its own last. `small` are the
    places that hold a small count: for each of them as many numbers as the threshold have to stay possible. `truth` has
    the counts with nothing kept back. Counts that are `open` are kept back only since nobody has decided yet whether
    they will be shown: they may be worked out. `issue` is the number under which it was frozen, 0 where it is not yet.
    """

    months: tuple[MonthCells, ...]
    counts: Mapping[Place, int | None]
    small: frozenset[Place] = frozenset()
    truth: Mapping[Place, int] = field(default_factory=dict)
    open: frozenset[Place] = frozenset()
    issue: int = 0

    @property
    def own(self) -> MonthCells:
        """Give the month that the edition is of."""
        return self.months[-1]


def shown_in(public: Iterable[Table], before: Iterable[Table], months: Sequence[MonthCells], threshold: int) -> Shown:
    """Take down what the tables of a public edition show; `before` are the same tables with nothing kept back."""
    counts = dict(_counts(public))
    truth = {place: number for place, number in _counts(before) if number is not None}
    small = (place for place, number in truth.items() if 0 < number < threshold)
    return Shown(
        months=tuple(months),
        counts=counts,
        small=frozenset(place for place in small if counts.get(place, 0) is None),
        truth=truth,
    )


def shown_json(shown: Shown) -> dict[str, object]:
    """Write it as lists."""
    return {
        "months": [to_json(cells) for cells in shown.months],
        "counts": [[*place, number] for place, number in shown.counts.items()],
        "small": sorted(map(list, shown.small)),
        "truth": [[*place, number] for place, number in shown.truth.items()],
    }


def shown_from(held: Mapping[str, Any]) -> Shown:
    """Read it back."""
    return Shown(
        months=tuple(from_json(cells) for cells in held["months"]),
        counts={
            (str(table), str(row), str(column)): None if number is None else int(number)
            for table, row, column, number in held["counts"]
        },
        small=frozenset((str(table), str(row), str(column)) for table, row, column in held["small"]),
        truth={
            (str(table), str(row), str(column)): int(number) for table, row, column, number in held.get("truth", ())
        },
    )


def _counts(tables: Iterable[Table]) -> Iterable[tuple[Place, int | None]]:
    """Give each count with its place; what is not available or not applicable is no count."""
    for table in tables:
        for row_id, row in zip(table.row_ids, table.rows, strict=True):
            for column, cell in zip(table.columns, row, strict=True):
                if column.kind is Kind.COUNT and (isinstance(cell, int) or cell is Shorthand.CONFIDENTIAL):
                    yield (table.id, row_id, column.id), cell if isinstance(cell, int) else None
