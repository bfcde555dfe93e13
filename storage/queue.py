"""The review queue: its filters as SQL, page by page from a key, each walk along one index.

What waits for a person comes first, then what is pending, then what is decided; within each the newest first. A search
for words gives the newest first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, Select, exists, func, select, tuple_
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.errors import NoSuchMessage
from storage.loading import queue_rows
from storage.order import DECIDED, queue_rank
from storage.records import QueueFilter, QueuePage, QueueRow, ReviewState
from storage.search import searched, snippets
from storage.text import clean

MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class _Walk:
    """How to go through a queue: what to select from, along which columns, and what narrows it further."""

    source: FromClause
    keys: tuple[ColumnElement[Any], ...]
    conditions: tuple[ColumnElement[bool], ...]


def queue(store: Store, chosen: QueueFilter, *, after: str = "", limit: int = 50) -> QueuePage:
    """Give one page of a queue; `after` is the cursor that the page before gave (one of no sense: page one)."""
    walk = _walk(chosen, on_postgresql=store.on_postgresql)
    with store.reading() as session:
        found = _page(session, walk, _read_cursor(after, len(walk.keys)), limit + 1)
        rows = _with_snippets(store, session, chosen, queue_rows(session, found[:limit]))
        count = _count(session, walk)
    cursor = _cursor(walk, found[limit - 1]) if len(found) > limit else ""
    return QueuePage(rows=rows, after=cursor, count=min(count, MOST_COUNTED), count_is_exact=count <= MOST_COUNTED)


def next_in(store: Store, chosen: QueueFilter, after_id: int) -> int | None:
    """Give the message that follows another in a queue; None at its end.

    A message that has just been decided stands, for this question, where it stood while it waited.
    """
    walk = _walk(chosen, on_postgresql=store.on_postgresql)
    with store.reading() as session:
        place = _place(session, walk, chosen, after_id)
        found = _page(session, walk, place, 1)
    return found[0].id if found else None


def thread(store: Store, message_id: int) -> tuple[QueueRow, ...]:
    """Give the messages of a conversation, oldest first, the message itself among them."""
    row = m.message.c
    with store.reading() as session:
        do = session.connection().execute
        key = do(select(row.thread_key).where(row.id == message_id)).scalar()
        if key is None:
            raise NoSuchMessage(message_id)
        same = row.thread_key == key if key else row.id == message_id
        found = do(select(m.message).where(same).order_by(row.arrived_at, row.id).limit(MOST_COUNTED))
        return queue_rows(session, found)


def _walk(chosen: QueueFilter, *, on_postgresql: bool) -> _Walk:
    """Choose the table whose index gives the order and narrows most; the others are looked up row by row."""
    tags, rule = list(chosen.tags), chosen.rule
    row = m.message.c
    source: FromClause = m.message
    keys: tuple[ColumnElement[Any], ...] = (row.queue_rank, row.arrived_at, row.id)
    conditions: list[ColumnElement[bool]] = []
    if chosen.words.strip():
        source, key, found = searched(chosen.words, on_postgresql=on_postgresql)
        keys = (key,)
        conditions.append(found)
    elif tags and not chosen.month:
        source, keys = _along(m.tag)
        conditions.append(_is_tag(m.tag, *tags.pop(0)))
    elif rule and not chosen.month:
        source, keys = _along(m.rule_hit)
        conditions.append(m.rule_hit.c.rule == rule)
        rule = ""
    conditions += [_carries(*tag) for tag in tags]
    if rule:
        conditions.append(exists().where(m.rule_hit.c.message_id == row.id, m.rule_hit.c.rule == rule))
    return _Walk(source, keys, (*conditions, *_narrowing(chosen)))


def _along(table: Any) -> tuple[FromClause, tuple[ColumnElement[Any], ...]]:
    here = table.c
    return table.join(m.message, here.message_id == m.message.c.id), (here.queue_rank, here.arrived_at, here.message_id)


def _is_tag(table: Any, dimension: str, value: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = (table.c.dimension == dimension) & (table.c.value == value)
    return found


def _carries(dimension: str, value: str) -> ColumnElement[bool]:
    other = m.tag.alias()
    return exists().where(other.c.message_id == m.message.c.id, _is_tag(other, dimension, value))


def _narrowing(chosen: QueueFilter) -> list[ColumnElement[bool]]:
    """Give the conditions on the message's own row."""
    row = m.message.c
    conditions: list[ColumnElement[bool]] = []
    if chosen.states == (ReviewState.PENDING,) and chosen.random_check:
        conditions.append(row.queue_rank > DECIDED)  # says the same, and keeps to the index of what was drawn
    elif chosen.states:
        conditions.append(row.state.in_(chosen.states))
    if chosen.needs_person is not None:
        conditions.append(row.needs_person.is_(chosen.needs_person))
    if chosen.random_check:
        conditions += [row.drawn_check.is_(True), row.needs_person.is_(False)]
    if chosen.set_aside:
        became = select(m.set_aside.c.released_as).where(m.set_aside.c.released_as.is_not(None))
        conditions.append(row.id.in_(became))  # few: the walk begins with them
    if chosen.below_confidence is not None:
        conditions.append(row.confidence < chosen.below_confidence)
    if chosen.disagrees:
        conditions.append(row.disagrees.is_(True))
    if chosen.folder:
        conditions.append(row.folder_id.in_(select(m.folder.c.id).where(m.folder.c.name == clean(chosen.folder))))
    if chosen.flagged_for:
        conditions.append(row.flagged_for != "")  # what its partial index asks for
    equal = (row.arrived_month, chosen.month), (row.account, chosen.account), (row.flagged_for, chosen.flagged_for)
    return conditions + [column == value for column, value in equal if value]


def _page(session: Session, walk: _Walk, after: Sequence[Any] | None, limit: int) -> Sequence[Row[Any]]:
    some = _select(walk, m.message, *(key.label(f"key_{number}") for number, key in enumerate(walk.keys)))
    if after is not None:
        some = some.where(tuple_(*walk.keys) < tuple_(*after, types=[key.type for key in walk.keys]))
    newest_first = some.order_by(*(key.desc() for key in walk.keys)).limit(limit)
    return session.connection().execute(newest_first).all()


def _select(walk: _Walk, *columns: Any) -> Select[Any]:
    return select(*columns).select_from(walk.source).where(*walk.conditions)


def _count(session: Session, walk: _Walk) -> int:
    some = _select(walk, m.message.c.id).limit(MOST_COUNTED + 1).subquery()
    return int(session.connection().execute(select(func.count()).select_from(some)).scalar_one())


def _with_snippets(
    store: Store, session: Session, chosen: QueueFilter, rows: tuple[QueueRow, ...]
) -> tuple[QueueRow, ...]:
    if not chosen.words.strip():
        return rows
    found = snippets(session, chosen.words, [row.id for row in rows], on_postgresql=store.on_postgresql)
    return tuple(replace(row, snippet=found.get(row.id, "")) for row in rows)


def _place(session: Session, walk: _Walk, chosen: QueueFilter, message_id: int) -> tuple[Any, ...]:
    do = session.connection().execute
    row = do(select(m.message).where(m.message.c.id == message_id)).first()
    if row is None:
        raise NoSuchMessage(message_id)
    if len(walk.keys) == 1:
        here = m.search_text.c.message_id == message_id
        return (do(select(m.search_text.c.place).where(here)).scalar_one(),)
    left = chosen.states and row.state not in chosen.states
    state = ReviewState.PENDING if left and ReviewState.PENDING in chosen.states else row.state
    return queue_rank(state, row.needs_person or row.drawn_check, row.disputed), row.arrived_at, row.id


def _cursor(walk: _Walk, row: Row[Any]) -> str:
    keys = [getattr(row, f"key_{number}") for number in range(len(walk.keys))]
    return "_".join(key.isoformat() if isinstance(key, datetime) else str(key) for key in keys)


def _read_cursor(cursor: str, keys: int) -> tuple[Any, ...] | None:
    """Read a cursor; None for one that was never ours."""
    parts = cursor.split("_")
    try:
        if keys == len(parts) == 1:
            return (int(parts[0]),)
        rank, at, number = parts
        return int(rank), datetime.fromisoformat(at).astimezone(UTC), int(number)
    except ValueError:
        return None
