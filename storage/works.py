"""Large works over many messages: cut into stretches that are written down, so that a work can be left and resumed.

A stretch is marked as done in the transaction that keeps its results: whoever does it, and however often, it counts
once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, exists, func, or_, select, update
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.errors import NoSuchWork
from storage.sql import in_chunks, insert_all, insert_once

PORTION = 1000  # stretches read or written at a time


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """A large work: what it is, what its result depends on, and over how many messages it goes."""

    id: int
    kind: str
    basis: str
    total: int
    began_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """A part of a large work: `what` says over which messages it goes, `messages` how many they are."""

    number: int
    what: Mapping[str, Any]
    messages: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a work is: the messages and stretches that are done, the stretches left, and the faults found so far."""

    messages: int = 0
    stretches: int = 0
    left: int = 0
    faults: int = 0


def begin_work(
    store: Store, kind: str, basis: str, stretches: Iterable[Stretch], *, now: datetime, replaces: str = ""
) -> Work:
    """Write down a work with all its stretches, or nothing of it; what was begun on another basis is ended.

    Where `replaces` is given, only on a basis that begins so: what was begun of anything else goes on.
    """

    def cut(session: Session) -> Work:
        end_works(session, kind, now, replaces=replaces)
        row = {"kind": kind, "basis": basis, "total": 0, "began_at": now}
        key = int(insert_once(session, m.work, row, m.work.c.id))
        total = 0
        for chunk in in_chunks(stretches, PORTION):
            insert_all(session, m.work_part, [_part_row(key, one) for one in chunk])
            total += sum(one.messages for one in chunk)
        session.connection().execute(update(m.work).where(m.work.c.id == key).values(total=total))
        return Work(id=key, kind=kind, basis=basis, total=total, began_at=now)

    return store.write(cut)


def unfinished_work(store: Store, kind: str, basis: str) -> Work | None:
    """Give the work of a kind and basis that was begun and of which something is left; None where there is none."""
    row = m.work.c
    same = select(m.work).where(row.kind == kind, row.basis == basis, row.ended_at.is_(None), _some_left(row.id))
    with store.reading() as session:
        found = session.connection().execute(same.order_by(row.id.desc()).limit(1)).first()
    return None if found is None else _work(found)


def work_of(store: Store, work_id: int) -> Work:
    """Give a work by its number; raise NoSuchWork."""
    with store.reading() as session:
        found = session.connection().execute(select(m.work).where(m.work.c.id == work_id)).first()
    if found is None:
        raise NoSuchWork(work_id)
    return _work(found)


def works(store: Store, limit: int = 10) -> tuple[tuple[Work, Progress], ...]:
    """Give the newest works, how far they are, and how many faults they found."""
    newest = select(m.work).order_by(m.work.c.id.desc()).limit(limit)
    with store.reading() as session:
        found = [_work(row) for row in session.connection().execute(newest)]
    return tuple((work, replace(progress_of(store, work.id), faults=len(faults_of(store, work.id)))) for work in found)


def stretches_left(store: Store, work_id: int) -> Iterator[Stretch]:
    """Give the stretches that are not done, in their order, some at a time."""
    row, after = m.work_part.c, -1
    while found := _page_of(store, _left(work_id).where(row.number > after)):
        yield from found
        after = found[-1].number


def stretch_of(store: Store, work_id: int, number: int) -> Stretch | None:
    """Give a stretch that is to be done; None when it is done, or its work was ended."""
    found = _page_of(store, _left(work_id).where(m.work_part.c.number == number))
    return found[0] if found else None


def claim_stretch(session: Session, work_id: int, number: int, *, now: datetime) -> bool:
    """Mark a stretch as done, at the beginning of the transaction that does it; False when it is done already.

    Over what it went is not needed any more, and may name files that are named after people.
    Whoever else is at the same stretch waits here until that transaction has ended. The last stretch ends the work: no
    one else may be there to do it.
    """
    do, row = session.connection().execute, m.work_part.c
    mine = (row.work_id == work_id) & (row.number == number) & row.done_at.is_(None)
    if do(update(m.work_part).where(mine).values(done_at=now, what={})).rowcount != 1:
        return False
    # Of two that do the last stretches at once neither sees the other's: such a work stays open with nothing left.
    done = (m.work.c.id == work_id) & m.work.c.ended_at.is_(None) & ~_some_left(work_id)
    do(update(m.work).where(done).values(ended_at=now))
    return True


def note_stretch(
    session: Session, work_id: int, number: int, *, counts: Mapping[str, int], faults: Sequence[str] = ()
) -> None:
    """Write down what came of a stretch, in the same transaction."""
    row = m.work_part.c
    mine = (row.work_id == work_id) & (row.number == number)
    session.connection().execute(update(m.work_part).where(mine).values(counts=dict(counts), faults=list(faults)))


def progress_of(store: Store, work_id: int) -> Progress:
    """Tell how far a work is."""
    row = m.work_part.c
    here = row.work_id == work_id
    done = select(func.coalesce(func.sum(row.messages), 0), func.count()).where(here, row.done_at.is_not(None))
    left = select(func.count()).where(here, row.done_at.is_(None))
    with store.reading() as session:
        messages, count = session.connection().execute(done).one()
        rest = session.connection().execute(left).scalar_one()
    return Progress(messages=messages, stretches=count, left=rest)


def counts_of(store: Store, work_id: int) -> Counter[str]:
    """Add up what came of the stretches."""
    row, counted = m.work_part.c, Counter[str]()
    with store.reading() as session:
        for counts in session.connection().execute(select(row.counts).where(row.work_id == work_id)).scalars():
            counted.update(counts)
    return counted


def faults_of(store: Store, work_id: int) -> tuple[str, ...]:
    """Give what was found wrong, in the order of the stretches."""
    row = m.work_part.c
    some = select(row.faults).where(row.work_id == work_id, row.faults != []).order_by(row.number)
    with store.reading() as session:
        return tuple(words for faults in session.connection().execute(some).scalars() for words in faults)


def end_work(store: Store, work_id: int, *, now: datetime) -> None:
    """Write down that a work is done."""

    def work(session: Session) -> None:
        session.connection().execute(update(m.work).where(m.work.c.id == work_id).values(ended_at=now))

    store.write(work)


def end_works(session: Session, kind: str, now: datetime, *, replaces: str = "") -> None:
    """End what was begun of a kind on a basis that begins so: its stretches are not to be done any more.

    What has no stretch left is ended as well, whatever its basis: who began it is not there any more.
    """
    row = m.work.c
    ended = or_(row.basis.startswith(replaces, autoescape=True), ~_some_left(row.id))
    end_these(session, (row.kind == kind) & row.ended_at.is_(None) & ended, now)


def end_these(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    """End works before their time; over what their stretches were to go may name files, and is not needed any more."""
    row, part, do = m.work.c, m.work_part.c, session.connection().execute
    ended = do(select(row.id).where(which)).scalars().all()
    for some in in_chunks(ended, PORTION):
        do(update(m.work).where(row.id.in_(some), row.ended_at.is_(None)).values(ended_at=now))
        do(update(m.work_part).where(part.work_id.in_(some), part.done_at.is_(None)).values(what={}))


def forget_works(store: Store, before: datetime) -> None:
    """Remove the works that ended before a moment, with their stretches."""

    def work(session: Session) -> None:
        old = select(m.work.c.id).where(m.work.c.ended_at < before)
        session.connection().execute(delete(m.work_part).where(m.work_part.c.work_id.in_(old)))
        session.connection().execute(delete(m.work).where(m.work.c.ended_at < before))

    store.write(work)


def _some_left(work_id: ColumnElement[int] | int) -> ColumnElement[bool]:
    row = m.work_part.c
    return exists().where(row.work_id == work_id, row.done_at.is_(None))


def _left(work_id: int) -> Select[Any]:
    """Select the stretches to be done; those of a work that was ended are not."""
    row = m.work_part.c
    joined = select(m.work_part).join(m.work, m.work.c.id == row.work_id)
    return joined.where(row.work_id == work_id, row.done_at.is_(None), m.work.c.ended_at.is_(None))


def _page_of(store: Store, wanted: Select[Any]) -> list[Stretch]:
    with store.reading() as session:
        rows = session.connection().execute(wanted.order_by(m.work_part.c.number).limit(PORTION)).all()
    return [Stretch(number=row.number, what=row.what, messages=row.messages) for row in rows]


def _part_row(work_id: int, stretch: Stretch) -> dict[str, Any]:
    row = {"work_id": work_id, "number": stretch.number, "what": dict(stretch.what), "messages": stretch.messages}
    return row | {"done_at": None, "counts": {}, "faults": []}


def _work(row: Row[Any]) -> Work:
    return Work(
        id=row.id, kind=row.kind, basis=row.basis, total=row.total, began_at=row.began_at, ended_at=row.ended_at
    )
