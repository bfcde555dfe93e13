"""The numbers of a month's messages by what the tables over many months count: small enough to be frozen; pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from digests.counting.coded import Coded

Ids = tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Alike:
    """What such a table sees of a message that counts: messages that are alike stand in the same cells."""

    user: str
    products: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthIds:
    """A month's messages by their numbers: those that count, by what they have alike, and all else that arrived."""

    month: str
    counted: Mapping[Alike, Ids]
    others: Ids = ()

    @property
    def messages(self) -> Ids:
        """Give the messages that count."""
        return tuple(sorted(number for ids in self.counted.values() for number in ids))

    @property
    def received(self) -> Ids:
        """Give all that arrived."""
        return tuple(sorted((*self.messages, *self.others)))

    @property
    def stating_a_use(self) -> Ids:
        """Give the messages that count and state a use."""
        return tuple(sorted(number for alike, ids in self.counted.items() if alike.uses for number in ids))


def month_ids(month: str, coded: Sequence[Coded], *, count_pending: bool) -> MonthIds:
    """Reduce a month's records."""
    counted, others = defaultdict[Alike, list[int]](list), list[int]()
    for each in coded:
        counts = each.is_users and (count_pending or each.reviewed)
        alike = Alike(user=each.user, products=each.products, uses=each.uses)
        (counted[alike] if counts else others).append(each.id)
    return MonthIds(
        month=month,
        counted={alike: tuple(sorted(ids)) for alike, ids in counted.items()},
        others=tuple(sorted(others)),
    )


def to_json(ids: MonthIds) -> dict[str, object]:
    """Write it as short lists: of numbers that grow, each one's distance from the one before."""
    return {
        "month": ids.month,
        "counted": [
            [alike.user, list(alike.products), list(alike.uses), _steps(numbers)]
            for alike, numbers in ids.counted.items()
        ],
        "others": _steps(ids.others),
    }


def from_json(held: Mapping[str, Any]) -> MonthIds:
    """Read it back."""
    return MonthIds(
        month=str(held["month"]),
        counted={
            Alike(user=str(user), products=tuple(map(str, products)), uses=tuple(map(str, uses))): _summed(steps)
            for user, products, uses, steps in held["counted"]
        },
        others=_summed(held["others"]),
    )


def _steps(numbers: Ids) -> list[int]:
    return [after - before for before, after in pairwise((0, *numbers))]


def _summed(steps: Sequence[int]) -> Ids:
    found: Iterator[int] = accumulate(map(int, steps))
    return tuple(found)
