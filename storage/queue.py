"""The review queue: its filters as SQL, page by page from a key, each walk along one index.

What waits for a person comes first, then what is pending, then what is decided; within each the newest first. A search
for words gives the newest first.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.errors import NoSuchMessage
from storage.loading import queue_rows
from storage.order import queue_rank
from storage.records import QueueFilter, QueuePage, QueueRow, ReviewState
from storage.search import snippets
from storage.walks import Walk, walk_along_queue
from storage.word_walks import walk_along_words

MOST_COUNTED = 1000


def queue(store: Store, chosen: QueueFilter, *, after: str = "", limit: int = 50) -> QueuePage:
    """Give one page of a queue; `after` is the cursor that the page before gave (one of no sense: page one)."""
    with store.reading() as session:
        walk = _walk(store, session, chosen)
        cursor = _read_cursor(after, len(walk.keys))
        if cursor is None:
            found = _steps(session, walk, None, max(MOST_COUNTED, limit) + 1)
            counted = len(found)
        else:
            found, counted = _steps(session, walk, cursor, limit + 1), _count(session, walk)
        rows = queue_rows(session, _messages(session, walk, found[:limit]))
        rows = _with_snippets(store, session, chosen, rows)
    following = _cursor(walk, found[limit - 1]) if len(found) > limit else ""
    count = min(counted, MOST_COUNTED)
    return QueuePage(rows=rows, after=following, count=count, count_is_exact=counted <= MOST_COUNTED)


def next_in(store: Store, chosen: QueueFilter, after_id: int) -> int | None:
    """Give the message that follows another in a queue; None at its end.

    A message that has just been decided stands, for this question, where it stood while it waited.
    """
    with store.reading() as session:
        walk = _walk(store, session, chosen)
        found = _messages(session, walk, _steps(session, walk, _place(session, walk, chosen, after_id), 1))
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


def _walk(store: Store, session: Session, chosen: QueueFilter) -> Walk:
    choose = walk_along_words if chosen.words.strip() else walk_along_queue
    return choose(session.connection().execute, chosen, on_postgresql=store.on_postgresql)


def _steps(session: Session, walk: Walk, after: Sequence[Any] | None, limit: int) -> Sequence[Row[Any]]:
    """Go so many steps along a walk, and give the keys of each."""
    return session.connection().execute(walk.steps(limit, after)).all()


def _count(session: Session, walk: Walk) -> int:
    """Count the steps of a walk up to the bound: in its own order, since the other way round they may begin late."""
    bounded = walk.steps(MOST_COUNTED + 1, ordered=not walk.sorts).subquery()
    return int(session.connection().execute(select(func.count()).select_from(bounded)).scalar_one())


def _messages(session: Session, walk: Walk, steps: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Give the messages of some steps, in their order."""
    do, words = session.connection().execute, m.search_text.c
    numbers = [step[-1] for step in steps]
    if walk.by_place and walk.number is None:
        known = do(select(words.place, words.message_id).where(words.place.in_(numbers)))
        by_place = {place: number for place, number in known}
        numbers = [by_place[place] for place in numbers]
    rows = {row.id: row for row in do(select(m.message).where(m.message.c.id.in_(numbers)))}
    return [rows[number] for number in numbers]


def _with_snippets(
    store: Store, session: Session, chosen: QueueFilter, rows: tuple[QueueRow, ...]
) -> tuple[QueueRow, ...]:
    if not chosen.words.strip():
        return rows
    found = snippets(session, chosen.words, [row.id for row in rows], on_postgresql=store.on_postgresql)
    return tuple(replace(row, snippet=found.get(row.id, "")) for row in rows)


def _place(session: Session, walk: Walk, chosen: QueueFilter, message_id: int) -> tuple[Any, ...]:
    do = session.connection().execute
    row = do(select(m.message).where(m.message.c.id == message_id)).first()
    if row is None:
        raise NoSuchMessage(message_id)
    if walk.by_place:
        here = m.search_text.c.message_id == message_id
        return (do(select(m.search_text.c.place).where(here)).scalar_one(),)
    left = chosen.states and row.state not in chosen.states
    state = ReviewState.PENDING if left and ReviewState.PENDING in chosen.states else row.state
    return queue_rank(state, row.needs_person or row.drawn_check, row.disputed), row.arrived_at, row.id


def _cursor(walk: Walk, row: Row[Any]) -> str:
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
