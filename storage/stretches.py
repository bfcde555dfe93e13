"""What comes of a stretch of a large work, kept together with the mark that it is done, or nothing of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import Select, func, select
from sqlmodel import Session

from storage import models as m
from storage.columns import packed
from storage.engine import Store
from storage.messages import save_batch
from storage.rebuilding import make_again
from storage.records import NewMessage, NewSetAside, SavedMessage, VerdictRecord
from storage.retag import renew
from storage.soundness import damaged_texts, fault_of
from storage.works import Stretch, claim_stretch, note_stretch

SIZE = 100  # messages of a stretch: what keeps them holds SQLite's only writer for a quarter of a second
BODIES = 4  # fetched together: PostgreSQL's driver would hold all of a stretch, and a message may have 25 MB
MESSAGES, SET_ASIDE = "message", "set aside"
HAS_BYTES = m.set_aside.c.size > 0  # of a file that could not be read, and of what was withheld, none came
Record = TypeVar("Record")
_RAW = {
    MESSAGES: (m.message, m.message_raw, m.message_raw.c.message_id),
    SET_ASIDE: (m.set_aside, m.set_aside_raw, m.set_aside_raw.c.set_aside_id),
}


def stretches_of(store: Store, table: str = MESSAGES, *, first_number: int = 0) -> Iterator[Stretch]:
    """Cut what is stored now into stretches of numbers; the mail that comes meanwhile is read by today's program."""
    last, number = 0, first_number
    while found := _next(store, table, last):
        last, many, first = found
        yield Stretch(number=number, what={"table": table, "first": first, "last": last}, messages=many)
        number += 1


def keep_verdicts(
    store: Store,
    work_id: int,
    stretch: Stretch,
    verdicts: Sequence[tuple[int, VerdictRecord]],
    *,
    faults: Sequence[str] = (),
    left: int = 0,
    now: datetime,
) -> bool:
    """Keep what today's rules say of a stretch, of which `left` were not asked; False when it was done before."""
    return _kept(store, work_id, stretch, verdicts, renew, now, faults, {"left": left})


def keep_made_again(
    store: Store,
    work_id: int,
    stretch: Stretch,
    messages: Sequence[tuple[int, NewMessage]],
    *,
    faults: Sequence[str],
    also: Mapping[str, int] = MappingProxyType({}),
    now: datetime,
) -> bool:
    """Keep the messages of a stretch as they read today; False when it was done before.

    `also` is counted of it besides, such as what was filed by hand and still cannot be read.
    """
    return _kept(store, work_id, stretch, messages, make_again, now, faults, also)


def keep_imported(
    store: Store,
    work_id: int,
    stretch: Stretch,
    items: Sequence[NewMessage | NewSetAside],
    counts: Callable[[Sequence[SavedMessage]], Mapping[str, int]],
    *,
    now: datetime,
) -> bool:
    """Keep the messages of a part of an archive, and what `counts` makes of it; False when it was done before."""
    first = True

    def mark(session: Session, saved: tuple[SavedMessage, ...]) -> None:
        nonlocal first
        first = claim_stretch(session, work_id, stretch.number, now=now)
        if first:
            note_stretch(session, work_id, stretch.number, counts=counts(saved))

    save_batch(store, items, None, now=now, also=mark)
    return first


def check_bytes(store: Store, work_id: int, stretch: Stretch, *, now: datetime) -> bool:
    """Compare the bytes of a stretch with their digests and keep what differs; False when it was done before."""
    compared = dict(_compared(store, stretch.what))
    faults = [f"{stretch.what['table']} {number}: {words}" for number, words in compared.items() if words]
    faults += _damaged_texts(store, stretch.what)

    def work(session: Session) -> bool:
        if not claim_stretch(session, work_id, stretch.number, now=now):
            return False
        aside = len(compared) if stretch.what["table"] == SET_ASIDE else 0  # of what is compared, so much
        counts = {"compared": len(compared), "set_aside": aside}
        note_stretch(session, work_id, stretch.number, counts=counts, faults=faults)
        return True

    return store.write(work)


def accounts_in(store: Store, what: Mapping[str, object]) -> Mapping[int, str]:
    """Give the messages of a stretch, ascending, each with the account it came by."""
    row = m.message.c
    inside = select(row.id, row.account).where(row.id.between(what["first"], what["last"])).order_by(row.id)
    with store.reading() as session:
        return dict(session.connection().execute(inside).all())


def _kept(
    store: Store,
    work_id: int,
    stretch: Stretch,
    records: Sequence[tuple[int, Record]],
    keep: Callable[[Session, Sequence[tuple[int, Record]], datetime], int],
    now: datetime,
    faults: Sequence[str] = (),
    also: Mapping[str, int] = MappingProxyType({}),
) -> bool:
    def work(session: Session) -> bool:
        if not claim_stretch(session, work_id, stretch.number, now=now):
            return False
        counts = {"read": len(records), "changed": keep(session, records, now)}
        counts |= {name: count for name, count in also.items() if count}
        note_stretch(session, work_id, stretch.number, counts=counts, faults=faults)
        return True

    return store.write(work)


def _next(store: Store, table: str, after: int) -> tuple[int, int, int] | None:
    """Give the last number, how many, and the first of the next stretch after a number."""
    row = _RAW[table][0].c
    some = select(row.id).where(row.id > after).order_by(row.id).limit(SIZE).subquery()
    ends = select(func.max(some.c.id), func.count(), func.min(some.c.id))
    with store.reading() as session:
        found = session.connection().execute(ends).one()
    return (found[0], found[1], found[2]) if found[1] else None


def _compared(store: Store, what: Mapping[str, object]) -> Iterator[tuple[int, str]]:
    """Tell of each message of a stretch whose bytes are held what is wrong with them, "" where nothing is."""
    with store.reading() as session:
        for number, expected, body in session.connection().execute(_with_bytes(what)):
            yield number, fault_of(body, expected)


def _damaged_texts(store: Store, what: Mapping[str, object]) -> list[str]:
    if what["table"] != MESSAGES:
        return []
    with store.reading() as session:
        inside = m.message_text.c.message_id.between(what["first"], what["last"])
        return list(damaged_texts(session, inside))


def _with_bytes(what: Mapping[str, object]) -> Select[Any]:
    table, raw, key = _RAW[str(what["table"])]
    row = table.c
    held = select(row.id, row.raw_sha256, packed(raw.c.body)).join(raw, key == row.id)
    if table is m.set_aside:
        held = held.where(HAS_BYTES)
    inside = held.where(row.id.between(what["first"], what["last"])).order_by(row.id)
    return inside.execution_options(yield_per=BODIES)
