"""An audit of the public edition: whatever its tables say together, no small count that is kept back can be worked out.

The attacker knows how the tables hang together and narrows every hidden number down, table by table and across tables,
until nothing moves any more. Every bound is found by whole numbers alone: no solver is needed for one-way tables.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digests.counting.counts import ALL
from digests.digest import Digest
from digests.disclosure.public import public_edition
from digests.options import DigestOptions
from digests.tables import Cell, Shorthand, Table
from storage.records import CountedMessage

Make = Callable[..., Digest]
Build = Callable[..., CountedMessage]
THRESHOLD = 5
USERS = ("local-government", "academia", "media", "unknown")
PRODUCTS = ((), ("headline",), ("cohesion",), ("headline", "cohesion"), ("volunteering",))
Key = tuple[str, str, str]  # table, row, column
PARTITIONS = ("messages-by-user", "decisions-by-user")
OVERLAPPING = ("messages-by-product", "messages-by-use", "messages-by-channel")


@dataclass
class Attack:
    """What somebody knows of each number: the least and the most that it can be."""

    low: dict[Key, int] = field(default_factory=dict)
    high: dict[Key, int] = field(default_factory=dict)
    moved: bool = True

    def read(self, table: Table) -> None:
        """Take down what a table shows; a number kept back is not zero, for zeros are shown."""
        for row_id, row in zip(table.row_ids, table.rows, strict=True):
            for column, cell in zip(table.columns, row, strict=True):
                if column.id in ("messages", "threads", "senders"):
                    hidden = cell is Shorthand.CONFIDENTIAL
                    self.low[table.id, row_id, column.id] = 1 if hidden else int(str(cell))
                    self.high[table.id, row_id, column.id] = 10_000 if hidden else int(str(cell))

    def at_most(self, one: Key, other: Key) -> None:
        """Use that `one` is no larger than `other`."""
        if one in self.low and other in self.low:
            self._narrow(one, high=self.high[other])
            self._narrow(other, low=self.low[one])

    def adds_up(self, parts: Iterable[Key], whole: Key, *, exactly: bool) -> None:
        """Use that parts add up to the whole, or (they overlap) to no less."""
        keys = list(parts)
        for key in keys:
            others = [one for one in keys if one != key]
            self._narrow(key, low=self.low[whole] - sum(self.high[one] for one in others))
            if exactly:
                self._narrow(key, high=self.high[whole] - sum(self.low[one] for one in others))
        self._narrow(whole, high=sum(self.high[one] for one in keys))
        if exactly:
            self._narrow(whole, low=sum(self.low[one] for one in keys))

    def _narrow(self, key: Key, *, low: int = 0, high: int = 10_000) -> None:
        if low > self.low[key]:
            self.low[key], self.moved = low, True
        if high < self.high[key]:
            self.high[key], self.moved = high, True


def attacked(public: Digest) -> Attack:
    """Narrow down all that the tables of one edition say."""
    attack = Attack()
    tables = [public.table(name) for name in (*PARTITIONS, *OVERLAPPING)]
    for table in tables:
        attack.read(table)
    while attack.moved:
        attack.moved = False
        for table in tables:
            _use(attack, table)
        for user in (*USERS, ALL):
            attack.at_most(("decisions-by-user", user, "messages"), ("messages-by-user", user, "messages"))
        for name in OVERLAPPING:
            attack.at_most((name, ALL, "messages"), ("messages-by-user", ALL, "messages"))
            attack.at_most(("messages-by-user", ALL, "messages"), (name, ALL, "messages"))
    return attack


def _use(attack: Attack, table: Table) -> None:
    for column in ("messages", "threads", "senders"):
        keys = [(table.id, row_id, column) for row_id in table.row_ids if (table.id, row_id, column) in attack.low]
        whole = (table.id, ALL, column)
        parts = [key for key in keys if key != whole]
        if not parts:
            continue
        attack.adds_up(parts, whole, exactly=column == "messages" and not table.overlapping)
        for key in parts:
            attack.at_most(key, whole)
            if column != "messages":
                attack.at_most(key, (table.id, key[1], "messages"))


def worked_out(internal: Digest, public: Digest, fewest: int) -> list[str]:
    """Name the small counts that are kept back, and for which fewer numbers than `fewest` are left."""
    attack, found = attacked(public), []
    for (name, row_id, column), low in attack.low.items():
        table = internal.table(name)
        true = table.rows[table.row_ids.index(row_id)][table.column(column)]
        assert isinstance(true, int)
        assert low <= true <= attack.high[name, row_id, column], "the attacker reckons wrongly"
        hidden = public.table(name).rows[table.row_ids.index(row_id)][public.table(name).column(column)]
        left = attack.high[name, row_id, column] - low + 1
        if hidden is Shorthand.CONFIDENTIAL and 0 < true < THRESHOLD and left < fewest:
            found.append(f"{name} {row_id} {column}: {true} is one of {left}")
    return found


MESSAGES = st.lists(
    st.tuples(st.sampled_from(USERS), st.sampled_from(PRODUCTS), st.booleans(), st.integers(0, 12)),
    min_size=15,
    max_size=90,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MESSAGES)
def test_no_small_count_can_be_worked_out_of_all_tables(
    digest_of: Make, message: Build, month: list[tuple[str, tuple[str, ...], bool, int]]
) -> None:
    messages = [
        message(n, user=user, products=products, decides=["We decide."] if decides else [], key=f"sender {sender}")
        for n, (user, products, decides, sender) in enumerate(month, 1)
    ]
    internal = digest_of(messages)
    assert worked_out(internal, public_edition(internal, DigestOptions()), THRESHOLD) == []


@pytest.mark.parametrize("media", [1, 2, 3, 4])
def test_the_audit_finds_a_count_that_is_only_struck_out(digest_of: Make, message: Build, media: int) -> None:
    """Without secondary suppression the total gives the one hidden row away, and the audit says so."""
    users = ["local-government"] * 20 + ["academia"] * 12 + ["media"] * media + ["unknown"] * 6
    internal = digest_of([message(n, user=user) for n, user in enumerate(users, 1)])
    table = internal.table("messages-by-user")
    place = table.row_ids.index("media")
    row = tuple(Shorthand.CONFIDENTIAL if isinstance(cell, int) else cell for cell in table.rows[place])
    public = public_edition(internal, DigestOptions())
    careless = tuple(
        _with(table, place, row) if one.id == table.id else one for one in (internal.table(t.id) for t in public.tables)
    )
    found = worked_out(internal, replace(public, tables=careless), 3)
    assert any(f"messages-by-user media messages: {media} is one of 1" == one for one in found)


def _with(table: Table, place: int, row: tuple[Cell, ...]) -> Table:
    return replace(table, rows=(*table.rows[:place], row, *table.rows[place + 1 :]))
