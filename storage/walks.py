"""How to go through a queue: which table to walk along, in the order of one index, and what narrows it further.

A walk along one index is quick where what it narrows to is common. Where it is rare the walk would see nearly every
message to find a few; so it begins with the rarest of its filters, told by counting each up to a bound. On SQLite
several tags or rules, none of them rare, are walked along side by side; a step is where all stand in one place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, FromClause, Select, desc, false, func, intersect, select, tuple_

from storage import models as m
from storage.narrowing import Columns, Mark, having, marks_of, of_one_rank, on_message, queue_keys, ranks
from storage.order import RANKS, month_bounds
from storage.records import QueueFilter
from storage.sql import beside_indexes

MANY = 60_000  # a filter that fewer messages pass is worth beginning with
FEW_MARKED = 4_000  # so many are looked up one by one before several marks are walked along side by side
FEW_UNSURE = 50_000  # so many below a confidence are quicker sorted than met on the way along the queue

Do = Callable[..., Any]  # a connection's `execute`


@dataclass(frozen=True, slots=True)
class Arm:
    """What to select from, along which columns (the newest first), and what narrows it."""

    source: FromClause
    keys: Columns
    conditions: tuple[ColumnElement[bool], ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """One arm, or several that are walked along side by side.

    The last key is the message's number, or the walk goes by places in `search_text`: then `number` is the message's,
    where the walk knows it. `sorts` says that no index gives the order.
    """

    arms: tuple[Arm, ...]
    by_place: bool = False
    number: ColumnElement[int] | None = None
    sorts: bool = False
    fixed: int = 0  # of the keys, the first so many are the same all along: compared with, they would mislead SQLite

    @property
    def keys(self) -> Columns:
        """Give the columns of the first arm."""
        return self.arms[0].keys

    def steps(
        self, limit: int, after: Sequence[Any] | None = None, *, ordered: bool = True
    ) -> Select[Any] | CompoundSelect[Any]:
        """Select the keys (key_0, key_1…) of so many steps, behind the keys `after`; and the number, last."""
        first, *others = (self._along(arm, after) for arm in self.arms)
        some = intersect(first, *others) if others else first
        order: list[ColumnElement[Any]] = [desc(f"key_{place}") for place in range(len(self.keys))]
        return (some.order_by(*order) if ordered else some).limit(limit)

    def _along(self, arm: Arm, after: Sequence[Any] | None) -> Select[Any]:
        columns: list[ColumnElement[Any]] = [key.label(f"key_{place}") for place, key in enumerate(arm.keys)]
        if self.number is not None:
            columns.append(self.number.label("number"))
        some = select(*columns).select_from(arm.source).where(*arm.conditions)
        if after is None:
            return some
        keys, places = arm.keys[self.fixed :], after[self.fixed :]
        return some.where(tuple_(*keys) < tuple_(*places, types=[key.type for key in keys]))


def walk_along_queue(do: Do, chosen: QueueFilter, *, on_postgresql: bool) -> Walk:
    """Choose what to walk along where no words are searched for."""
    marks, unsure = marks_of(chosen), few_are_unsure(do, chosen)
    few = unsure or chosen.disagrees or chosen.flagged_for or chosen.set_aside
    if not marks or few:
        sorts = unsure and not (chosen.month or chosen.disagrees or chosen.set_aside)
        return _along_messages(chosen, marks, sorts=sorts)
    counted = [(bounded(do, having(chosen, mark), MANY), mark) for mark in marks] if len(marks) > 1 else []
    rarest, first = min(counted, key=lambda one: one[0], default=(0, marks[0]))
    others = [mark for mark in marks if mark is not first]
    if on_postgresql or rarest < FEW_MARKED or chosen.month or on_message(chosen):
        return _along_mark(chosen, first, others)
    return Walk((_arm(chosen, first), *(_arm(chosen, mark) for mark in others)), fixed=_fixed(chosen))


def few_are_unsure(do: Do, chosen: QueueFilter) -> bool:
    """Tell whether so few messages are below the confidence asked for that the walk begins with them."""
    return chosen.below_confidence is not None and bounded(do, unsure_ones(chosen), FEW_UNSURE) < FEW_UNSURE


def unsure_ones(chosen: QueueFilter) -> Select[Any]:
    """Give the numbers of the messages below the confidence asked for."""
    row = m.message.c
    of_rank = ranks(chosen, beside_indexes(row.queue_rank))
    return select(row.id).where(row.confidence < chosen.below_confidence, *of_rank)


def bounded(do: Do, some: Select[Any], most: int) -> int:
    """Count rows up to a bound."""
    return int(do(select(func.count()).select_from(some.limit(most).subquery())).scalar_one())


def _along_mark(chosen: QueueFilter, first: Mark, others: list[Mark]) -> Walk:
    arm, own = _arm(chosen, first), on_message(replace(chosen, month=""))
    carried = [mark.carried_by(arm.keys) for mark in others]
    # The index alone says it all, where nothing is asked of the message.
    source = arm.source.join(m.message, arm.keys[-1] == m.message.c.id) if own else arm.source
    return Walk((Arm(source, arm.keys, (*arm.conditions, *carried, *own)),), fixed=_fixed(chosen))


def _arm(chosen: QueueFilter, mark: Mark) -> Arm:
    table = mark.table.alias()
    narrowed = (*ranks(chosen, table.c.queue_rank), *_in_month(chosen, table))
    return Arm(table, queue_keys(table), (mark.stands(table), *narrowed))


def _in_month(chosen: QueueFilter, table: FromClause) -> list[ColumnElement[bool]]:
    """Narrow a mark's rows to a month: they lie together once each rank is named, of which there are few."""
    if not chosen.month:
        return []
    bounds, arrived = month_bounds(chosen.month), table.c.arrived_at
    return [table.c.queue_rank.in_(RANKS), arrived >= bounds[0], arrived < bounds[1]] if bounds else [false()]


def _along_messages(chosen: QueueFilter, marks: list[Mark], *, sorts: bool) -> Walk:
    """Walk along the messages; where it sorts, SQLite is kept from the index that has the order and narrows nothing."""
    row = m.message.c
    keys: Columns = (row.queue_rank, row.arrived_at, row.id)
    carried = [mark.carried_by((row.id,)) for mark in marks]
    ordered = tuple(beside_indexes(key) for key in keys) if sorts else keys
    narrowed = (*ranks(chosen, ordered[0]), *on_message(chosen), *carried)
    return Walk((Arm(m.message, ordered, narrowed),), sorts=sorts, fixed=_fixed(chosen))


def _fixed(chosen: QueueFilter) -> int:
    """Say how many of the queue's keys are the same for all: the rank, where only what is decided is asked for."""
    return int(of_one_rank(chosen))
