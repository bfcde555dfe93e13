"""What a queue's filter asks, as conditions: of a message's rank, of its row, and of the tags and rules it carries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Table, and_, exists, func, select

from storage import models as m
from storage.order import DECIDED, NEEDS_PERSON
from storage.records import QueueFilter, ReviewState
from storage.text import clean

Columns = tuple[ColumnElement[Any], ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A filter with an index of its own that gives the queue's order: a tag, or a rule that matched."""

    table: Table
    equals: tuple[tuple[str, str], ...]

    def stands(self, table: FromClause | None = None) -> ColumnElement[bool]:
        """Give the condition on the mark's own table, or on an alias of it."""
        here = (self.table if table is None else table).c
        return and_(*(here[name] == value for name, value in self.equals))

    def carried_by(self, keys: Sequence[ColumnElement[Any]]) -> ColumnElement[bool]:
        """Give the condition that a message carries the mark; `keys` are its number, or its rank, arrival and number.

        By all three the mark's rows are met in the order in which they lie, which is several times as quick.
        """
        other = self.table.alias()
        same = zip(queue_keys(other)[-len(keys) :], keys, strict=True)
        return exists().where(*(mine == theirs for mine, theirs in same), self.stands(other))


def queue_keys(table: FromClause) -> Columns:
    """Give the columns of a mark's table that give the queue's order."""
    return table.c.queue_rank, table.c.arrived_at, table.c.message_id


def marks_of(chosen: QueueFilter) -> list[Mark]:
    """Give the tags and the rule that are asked for."""
    marks = [Mark(m.tag, (("dimension", dimension), ("value", value))) for dimension, value in chosen.tags]
    return [*marks, Mark(m.rule_hit, (("rule", chosen.rule),))] if chosen.rule else marks


def having(chosen: QueueFilter, mark: Mark) -> Select[Any]:
    """Give the numbers of the messages that carry a mark and are of a rank asked for."""
    here = mark.table.c
    return select(here.message_id).where(mark.stands(), *ranks(chosen, here.queue_rank))


def ranks(chosen: QueueFilter, rank: ColumnElement[int]) -> list[ColumnElement[bool]]:
    """Say of the chosen states what the rank can say: it stands in every index that is walked along."""
    states = set(chosen.states)
    if states == {ReviewState.PENDING}:
        return [rank >= NEEDS_PERSON] if chosen.needs_person else [rank > DECIDED]
    return [rank == DECIDED] if states and ReviewState.PENDING not in states else []


def of_one_rank(chosen: QueueFilter) -> bool:
    """Say whether all that is asked for has one rank: what is decided."""
    return bool(chosen.states) and ReviewState.PENDING not in chosen.states


def on_message(chosen: QueueFilter) -> list[ColumnElement[bool]]:
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
    if chosen.counted:
        conditions += [row.from_team.is_(False), func.coalesce(row.probable_copy_of, 0) == 0]
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
