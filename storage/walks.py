"""How to go through a queue: which table to walk along, in the order of one index, and what narrows it further.

A walk along one index is quick where what it narrows to is common. Where it is rare the walk would see nearly every
message to find a few; so it begins with the rarest of its filters, told by counting each up to a bound.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Table, and_, exists, func, select, tuple_

from storage import models as m
from storage.order import DECIDED, NEEDS_PERSON
from storage.records import QueueFilter, ReviewState
from storage.search import among_found, searched
from storage.text import clean

BY_CONFIDENCE = "message_by_confidence"
MANY = 60_000  # a filter that fewer messages pass is worth beginning with
FEW_UNSURE = 100_000  # so many below a confidence are quicker sorted than met on the way along the queue
FEW_WORDS = 4_000  # so many are worth looking up among the words one by one

Do = Callable[..., Any]  # a connection's `execute`


@dataclass(frozen=True, slots=True)
class Walk:
    """What to select from, along which columns (the newest first), and what narrows it.

    `number` is the message's; None where the walk knows its place in `search_text` alone. `index` is the one of
    `message` to go by, where SQLite's own choice, which knows no values, is the wrong one.
    """

    source: FromClause
    keys: tuple[ColumnElement[Any], ...]
    number: ColumnElement[int] | None
    conditions: tuple[ColumnElement[bool], ...]
    index: str = ""
    fixed: int = 0  # of the keys, the first so many are the same all along: compared with, they would mislead SQLite

    def select(self, *columns: Any, after: Sequence[Any] | None = None) -> Select[Any]:
        """Begin a statement along the walk, behind the keys `after`."""
        some = select(*columns).select_from(self.source).where(*self.conditions)
        if after is not None:
            keys, places = self.keys[self.fixed :], after[self.fixed :]
            some = some.where(tuple_(*keys) < tuple_(*places, types=[key.type for key in keys]))
        return some.with_hint(m.message, f"INDEXED BY {self.index}", "sqlite") if self.index else some


@dataclass(frozen=True, slots=True)
class _Mark:
    """A filter with an index of its own that gives the queue's order: a tag, or a rule that matched."""

    table: Table
    equals: tuple[tuple[str, str], ...]

    def stands(self, table: Any = None) -> ColumnElement[bool]:
        """Give the condition on the mark's own table, or on an alias of it."""
        here = (self.table if table is None else table).c
        return and_(*(here[name] == value for name, value in self.equals))

    def carried_by(self, number: ColumnElement[int]) -> ColumnElement[bool]:
        """Give the condition that a message carries the mark."""
        other = self.table.alias()
        return exists().where(other.c.message_id == number, self.stands(other))


def walk_of(do: Do, chosen: QueueFilter, *, on_postgresql: bool) -> Walk:
    """Choose what to walk along."""
    marks, unsure = _marks(chosen), _few_are_unsure(do, chosen)
    if chosen.words.strip():
        return _along_words(do, chosen, marks, unsure=unsure, on_postgresql=on_postgresql)
    few = unsure or chosen.disagrees or chosen.flagged_for or chosen.set_aside
    if marks and not few and not chosen.month:
        first = _rarest(do, chosen, marks)
        return _along_mark(chosen, first, [mark for mark in marks if mark is not first])
    return _along_messages(chosen, marks, unsure=unsure)


def _marks(chosen: QueueFilter) -> list[_Mark]:
    marks = [_Mark(m.tag, (("dimension", dimension), ("value", value))) for dimension, value in chosen.tags]
    return [*marks, _Mark(m.rule_hit, (("rule", chosen.rule),))] if chosen.rule else marks


def _few_are_unsure(do: Do, chosen: QueueFilter) -> bool:
    """Tell whether so few messages are below the confidence asked for that the walk begins with them."""
    return chosen.below_confidence is not None and _bounded(do, _unsure(chosen), FEW_UNSURE) < FEW_UNSURE


def _unsure(chosen: QueueFilter) -> Select[Any]:
    row = m.message.c
    some = select(row.id).where(row.confidence < chosen.below_confidence, *_ranks(chosen, row.queue_rank))
    return some.with_hint(m.message, f"INDEXED BY {BY_CONFIDENCE}", "sqlite")


def _rarest(do: Do, chosen: QueueFilter, marks: list[_Mark]) -> _Mark:
    if len(marks) == 1:
        return marks[0]
    return min(marks, key=lambda mark: _bounded(do, _having(chosen, mark), MANY))


def _having(chosen: QueueFilter, mark: _Mark) -> Select[Any]:
    here = mark.table.c
    return select(here.message_id).where(mark.stands(), *_ranks(chosen, here.queue_rank))


def _bounded(do: Do, some: Select[Any], most: int) -> int:
    return int(do(select(func.count()).select_from(some.limit(most).subquery())).scalar_one())


def _along_mark(chosen: QueueFilter, first: _Mark, others: list[_Mark]) -> Walk:
    here, own = first.table.c, _on_message(chosen)
    joined = first.table.join(m.message, here.message_id == m.message.c.id)
    return Walk(
        joined if own else first.table,  # the index alone says it all, where nothing is asked of the message
        (here.queue_rank, here.arrived_at, here.message_id),
        here.message_id,
        (first.stands(), *_ranks(chosen, here.queue_rank), *_carried(others, here.message_id), *own),
        fixed=_fixed(chosen),
    )


def _along_messages(chosen: QueueFilter, marks: list[_Mark], *, unsure: bool) -> Walk:
    row = m.message.c
    conditions = (*_ranks(chosen, row.queue_rank), *_on_message(chosen), *_carried(marks, row.id))
    index = BY_CONFIDENCE if unsure and not (chosen.month or chosen.disagrees or chosen.set_aside) else ""
    keys = (row.queue_rank, row.arrived_at, row.id)
    return Walk(m.message, keys, row.id, conditions, index, fixed=_fixed(chosen))


def _along_words(do: Do, chosen: QueueFilter, marks: list[_Mark], *, unsure: bool, on_postgresql: bool) -> Walk:
    """Walk along the words from the newest on; where a tag or rule is rare, along its messages."""
    number, own = m.search_text.c.message_id, [*_ranks(chosen, m.message.c.queue_rank), *_on_message(chosen)]
    own += [number.in_(_unsure(chosen))] if unsure else []
    rare = _rare_mark(do, chosen, marks)
    if rare is None:
        narrowed = bool(own or marks)
        words = searched(chosen.words, on_postgresql=on_postgresql, joined=narrowed)
        first: list[ColumnElement[bool]] = []
    else:
        words, narrowed = among_found(chosen.words, on_postgresql=on_postgresql), True
        first = [number.in_(_having(chosen, rare))]
    source = words.source.join(m.message, number == m.message.c.id) if own else words.source
    rest = _carried([mark for mark in marks if mark is not rare], number)
    known = number if narrowed or on_postgresql else None
    return Walk(source, (words.place,), known, (*first, words.found, *own, *rest))


def _rare_mark(do: Do, chosen: QueueFilter, marks: list[_Mark]) -> _Mark | None:
    counted = [(_bounded(do, _having(chosen, mark), FEW_WORDS), mark) for mark in marks]
    return next((mark for many, mark in sorted(counted, key=lambda one: one[0]) if many < FEW_WORDS), None)


def _carried(marks: list[_Mark], number: ColumnElement[int]) -> list[ColumnElement[bool]]:
    return [mark.carried_by(number) for mark in marks]


def _ranks(chosen: QueueFilter, rank: ColumnElement[int]) -> list[ColumnElement[bool]]:
    """Say of the chosen states what the rank can say: it stands in every index that is walked along."""
    states = set(chosen.states)
    if states == {ReviewState.PENDING}:
        return [rank >= NEEDS_PERSON] if chosen.needs_person else [rank > DECIDED]
    return [rank == DECIDED] if states and ReviewState.PENDING not in states else []


def _fixed(chosen: QueueFilter) -> int:
    """Say how many of the queue's keys are the same for all: the rank, where only what is decided is asked for."""
    return int(bool(chosen.states) and ReviewState.PENDING not in chosen.states)


def _on_message(chosen: QueueFilter) -> list[ColumnElement[bool]]:
    """Give the conditions on the message's own row that its rank does not say."""
    row = m.message.c
    conditions: list[ColumnElement[bool]] = []
    if chosen.states and len(set(chosen.states)) < len(ReviewState) and not _said_by_rank(chosen):
        conditions.append(row.state.in_(chosen.states))
    if chosen.needs_person is not None:
        conditions.append(row.needs_person.is_(chosen.needs_person))
    if chosen.random_check:
        conditions += [row.drawn_check.is_(True), row.needs_person.is_(False)]
    if chosen.set_aside:
        became = select(m.set_aside.c.released_as).where(m.set_aside.c.released_as.is_not(None))
        conditions.append(row.id.in_(became))
    if chosen.below_confidence is not None:
        conditions.append(row.confidence < chosen.below_confidence)
    if chosen.disagrees:
        conditions.append(row.disagrees.is_(True))
    return [*conditions, *_where_it_lies(chosen)]


def _said_by_rank(chosen: QueueFilter) -> bool:
    return set(chosen.states) in ({ReviewState.PENDING}, {ReviewState.CONFIRMED, ReviewState.CORRECTED})


def _where_it_lies(chosen: QueueFilter) -> list[ColumnElement[bool]]:
    row = m.message.c
    conditions: list[ColumnElement[bool]] = []
    if chosen.folder:
        conditions.append(row.folder_id.in_(select(m.folder.c.id).where(m.folder.c.name == clean(chosen.folder))))
    if chosen.flagged_for:
        conditions.append(row.flagged_for != "")  # what its partial index asks for
    equal = (row.arrived_month, chosen.month), (row.account, chosen.account), (row.flagged_for, chosen.flagged_for)
    return conditions + [column == value for column, value in equal if value]
