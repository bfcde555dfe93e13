"""A month reduced to what public tables are made of: counts alone, which can be frozen and added up; pure."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256

from digests.counting.coded import Coded
from digests.counting.counts import NONE
from digests.counting.trend import MonthFigures, month_figures

Pair = tuple[str, str]  # kind of user, and product or use


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthCells:
    """Messages of one month by kind of user, and by kind of user and product or use.

    A message about two products stands in two cells of `products`; one that names none stands under NONE. `other`
    counts channels, and decisions by kind of user, which stand in no cross table: counts that differ there alone are
    another version too. `account` is the mailbox's; empty where all mailboxes are counted together. `version` names
    these very counts: a month that is issued again with other counts is another version.
    """

    figures: MonthFigures
    users: Mapping[str, int]
    products: Mapping[Pair, int]
    uses: Mapping[Pair, int]
    other: Mapping[Pair, int] = field(default_factory=dict)
    account: str = ""
    version: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Name the version once: an audit asks for it again and again."""
        named = f"{self.month}#{sha256(json.dumps(to_json(self), sort_keys=True).encode()).hexdigest()[:12]}"
        object.__setattr__(self, "version", named)

    @property
    def month(self) -> str:
        """Name the month."""
        return self.figures.month


def month_cells(
    month: str, coded: Sequence[Coded], *, count_pending: bool, status: str, account: str = ""
) -> MonthCells:
    """Reduce a month's records."""
    counted = [each for each in coded if each.is_users and (count_pending or each.reviewed)]
    return MonthCells(
        figures=month_figures(month, coded, count_pending=count_pending, status=status),
        users=Counter(each.user for each in counted),
        products=Counter((each.user, product) for each in counted for product in each.products or (NONE,)),
        uses=Counter((each.user, use) for each in counted for use in each.uses or (NONE,)),
        other=Counter(
            [("channel", channel) for each in counted for channel in each.channels]
            + [("decision", each.user) for each in counted if each.states_decision]
        ),
        account=account,
    )


def only_added(before: MonthCells, after: MonthCells) -> bool:
    """Say whether no count of a later version is less than it was, as where mail came in late."""
    pairs = ((before.users, after.users), (before.products, after.products), (before.uses, after.uses))
    return all(_no_less(old, new) for old, new in pairs)


def _no_less(old: Mapping[str, int] | Mapping[Pair, int], new: Mapping[str, int] | Mapping[Pair, int]) -> bool:
    later: dict[object, int] = dict(new.items())
    return all(later.get(key, 0) >= number for key, number in old.items())


def to_json(cells: MonthCells) -> dict[str, object]:
    """Write the counts as lists."""
    return {
        "figures": asdict(cells.figures),
        "users": sorted([user, number] for user, number in cells.users.items()),
        "products": sorted([*pair, number] for pair, number in cells.products.items()),
        "uses": sorted([*pair, number] for pair, number in cells.uses.items()),
        "other": sorted([*pair, number] for pair, number in cells.other.items()),
        "account": cells.account,
    }


def from_json(held: Mapping[str, object]) -> MonthCells:
    """Read the counts back."""
    figures = held["figures"]
    if not isinstance(figures, dict):
        raise TypeError(figures)
    return MonthCells(
        figures=MonthFigures(**figures),
        users={str(user): int(number) for user, number in _rows(held["users"])},
        products={(str(user), str(one)): int(number) for user, one, number in _rows(held["products"])},
        uses={(str(user), str(one)): int(number) for user, one, number in _rows(held["uses"])},
        other={(str(kind), str(one)): int(number) for kind, one, number in _rows(held.get("other"))},
        account=str(held.get("account", "")),
    )


def _rows(value: object) -> Collection[Sequence[str]]:
    return value if isinstance(value, list) else ()
