"""The review queue: its filters as SQL, page by page from a key, each walk along one index.

What waits for a person comes first, then what is pending, then what is decided; within each the newest first. A search
for words gives the newest first.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.errors import NoSuchMessage
from storage.loading import numbered_rows, queue_rows
from storage.order import queue_rank
from storage.records import QueueFilter, QueuePage, QueueRow, ReviewState
from storage.search import snippets
from storage.ts_walks import walks_on_postgresql
from storage.walks import Walk, walk_along_queue
from storage.word_walks import walk_along_words

MOST_COUNTED = 1000
Key = Sequence[Any]  # where a walk stands
Ways = Callable[[Key | None], Iterable[Walk]]  # behind a key; all but the last look at some of what follows it alone


def queue(store: Store, chosen: QueueFilter, *, after: str = "", limit: int = 50) -> QueuePage:
    """Give one page of a queue; `after` is the cursor that the page before gave (one of no sense: page one)."""
    with store.reading() as session:
        ways = _ways(store, session, chosen)
        cursor = _read_cursor(after, chosen)
        if cursor is None:
            walk, found = _steps(session, ways, None, max(MOST_COUNTED, limit) + 1)
            counted = len(found)
        else:
            (walk, found), counted = _steps(session, ways, cursor, limit + 1), _count(session, ways)
        rows = queue_rows(session, _messages(session, walk, found[:limit]))
        rows = _with_snippets(store, session, chosen, rows)
    following = _cursor(walk, found[limit - 1]) if len(found) > limit else ""
    count = min(counted, MOST_COUNTED)
    return QueuePage(rows=rows, after=following, count=count, count_is_exact=counted <= MOST_COUNTED)


def counts(store: Store, several: Iterable[QueueFilter]) -> tuple[int, ...]:
    """Count the messages of several queues, each up to the bound: one above it stands for all that are more."""
    with store.reading() as session:
        return tuple(_count(session, _ways(store, session, chosen)) for chosen in several)


def next_in(store: Store, chosen: QueueFilter, after_id: int) -> int | None:
    """Give the message that follows another in a queue; None at its end.

    A message that has just been decided stands, for this question, where it stood while it waited.
    """
    with store.reading() as session:
        place = _place(session, chosen, after_id)
        found = _messages(session, *_steps(session, _ways(store, session, chosen), place, 1))
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


def rows_of(store: Store, message_ids: Sequence[int]) -> tuple[QueueRow, ...]:
    """Give messages by their numbers as lines of a list, in that order; what is not there is left out."""
    with store.reading() as session:
        return numbered_rows(session, message_ids)


def _ways(store: Store, session: Session, chosen: QueueFilter) -> Ways:
    do = session.connection().execute
    if _by_words(chosen) and store.on_postgresql:
        return lambda after: walks_on_postgresql(do, chosen, int(after[0]) if after else None)
    if _by_words(chosen):
        one = walk_along_words(do, chosen)
    else:
        one = walk_along_queue(do, chosen, on_postgresql=store.on_postgresql)
    return lambda _: (one,)


def _by_words(chosen: QueueFilter) -> bool:
    return bool(chosen.words.strip())


def _steps(session: Session, ways: Ways, after: Key | None, limit: int) -> tuple[Walk, Sequence[Row[Any]]]:
    """Go so many steps along the first walk that has them, or the last; give it, and the keys of each step."""
    for walk in ways(after):
        found = session.connection().execute(walk.steps(limit, after)).all()
        if len(found) == limit:
            break
    return walk, found


def _count(session: Session, ways: Ways) -> int:
    """Count the steps of a walk up to the bound: in its own order, since the other way round they may begin late."""
    for walk in ways(None):
        bounded = walk.steps(MOST_COUNTED + 1, ordered=not walk.sorts).subquery()
        counted = int(session.connection().execute(select(func.count()).select_from(bounded)).scalar_one())
        if counted > MOST_COUNTED:
            break
    return counted


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


def _place(session: Session, chosen: QueueFilter, message_id: int) -> tuple[Any, ...]:
    do = session.connection().execute
    row = do(select(m.message).where(m.message.c.id == message_id)).first()
    if row is None:
        raise NoSuchMessage(message_id)
    if _by_words(chosen):
        here = m.search_text.c.message_id == message_id
        return (do(select(m.search_text.c.place).where(here)).scalar_one(),)
    left = chosen.states and row.state not in chosen.states
    state = ReviewState.PENDING if left and ReviewState.PENDING in chosen.states else row.state
    return queue_rank(state, row.needs_person or row.drawn_check, row.disputed), row.arrived_at, row.id


def _cursor(walk: Walk, row: Row[Any]) -> str:
    keys = [getattr(row, f"key_{number}") for number in range(len(walk.keys))]
    return "_".join(key.isoformat() if isinstance(key, datetime) else str(key) for key in keys)


def _read_cursor(cursor: str, chosen: QueueFilter) -> tuple[Any, ...] | None:
    """Read a cursor; None for one that was never ours."""
    parts = cursor.split("_")
    try:
        if _by_words(chosen):
            (place,) = parts
            return (_whole(place),)
        rank, at, number = parts
        return _whole(rank, below=2**31), datetime.fromisoformat(at).astimezone(UTC), _whole(number)
    except (ValueError, OverflowError):  # the latter at the very ends of the calendar
        return None


def is_cursor(text: str, chosen: QueueFilter) -> bool:
    """Say whether a queue of this filter may have given this cursor."""
    return _read_cursor(text, chosen) is not None


def _whole(text: str, *, below: int = 2**63) -> int:
    """Read a number that a column holds; raise ValueError for a larger one."""
    number = int(text)
    if abs(number) >= below:
        raise ValueError(text)
    return number
