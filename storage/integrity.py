"""Verify a database: every stored byte against its digest, every table against the others, the ledger among them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, GenerativeSelect, Select, and_, exists, func, or_, select, text, true, union
from sqlmodel import Session

from storage import models as m
from storage.columns import packed
from storage.engine import Store
from storage.forgetting import WITHDRAWN, Part
from storage.soundness import MADE_AGAIN, damaged_texts, fault_of
from storage.stretches import HAS_BYTES, MESSAGES, SET_ASIDE
from storage.tombstones import NEVER_AGAIN

CHUNK = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """How many messages, and how much that is set aside, were compared with their digests; in words what is wrong."""

    messages: int
    set_aside: int
    faults: tuple[str, ...]


def verify(store: Store) -> Verified:
    """Compute the SHA-256 of every message held, set aside or not, and check that the tables agree."""
    faults: list[str] = []
    compared = Counter[str]()
    with store.snapshot() as session:
        for name, held in ((MESSAGES, _messages()), (SET_ASIDE, _set_asides())):
            for number, words in _compared(session, held):
                compared[name] += 1
                if words:
                    faults.append(f"{name} {number}: {words}")
        faults += damaged_texts(session, true())
        faults += _disagreements(session, store)
        faults += _search_faults(session) if store.on_postgresql else []
    return Verified(messages=compared[MESSAGES], set_aside=compared[SET_ASIDE], faults=tuple(faults))


def table_faults(store: Store) -> tuple[str, ...]:
    """Check that the tables agree, without looking at the bytes of messages."""
    with store.snapshot() as session:
        return tuple(_disagreements(session, store))


def is_made_again(fault: str) -> bool:
    """Say whether a rebuild makes again what a fault names, as far as the bytes of the messages are held and sound."""
    return fault.endswith(MADE_AGAIN) or fault.rpartition(":")[0] in _MADE_AGAIN


def _messages() -> Select[Any]:
    row, raw = m.message.c, m.message_raw.c
    joined = select(row.id, row.raw_sha256, packed(raw.body)).join(m.message_raw, raw.message_id == row.id)
    return joined.order_by(row.id)


def _set_asides() -> Select[Any]:
    row, raw = m.set_aside.c, m.set_aside_raw.c
    joined = select(row.id, row.raw_sha256, packed(raw.body)).join(m.set_aside_raw, raw.set_aside_id == row.id)
    return joined.where(HAS_BYTES).order_by(row.id)


def _compared(session: Session, held: Select[Any]) -> Iterator[tuple[int, str]]:
    """Give number and what is wrong with the bytes, "" where nothing is, a chunk at a time: bodies are large."""
    number, after = held.selected_columns[0], 0
    while rows := session.connection().execute(held.where(number > after).limit(CHUNK)).all():
        for row_number, expected, body in rows:
            yield row_number, fault_of(body, expected)
        after = rows[-1][0]


def _disagreements(session: Session, store: Store) -> list[str]:
    """Name what the tables say differently, with how many rows."""
    counts = {words: session.connection().execute(_counted(rows)).scalar_one() for words, rows in _CHECKS.items()}
    faults = [f"{words}: {count}" for words, count in counts.items() if count]
    faults += _ledger_faults(session)
    if not store.on_postgresql:
        faults += _sqlite_faults(session)
    return faults


def _ledger_faults(session: Session) -> list[str]:
    """Name the folders of which less is held than their last count found held: nothing ever takes a place away."""
    here, slot = m.ledger_count.c, m.slot.c
    latest = select(func.max(here.id)).group_by(here.folder_id)
    held = select(func.count()).where(slot.folder_id == here.folder_id, slot.uidvalidity == here.uidvalidity)
    counts = select(m.folder.c.account, m.folder.c.name, here.day, here.counts, held.scalar_subquery().label("held"))
    counts = counts.join(m.folder, m.folder.c.id == here.folder_id).where(here.id.in_(latest))
    faults = []
    for row in session.connection().execute(counts):
        counted = sum(row.counts.get(name, 0) for name in _HELD)
        if row.held < counted:
            words = f"{row.account} {row.name}: the ledger of {row.day} counted {counted:,} messages held"
            faults.append(f"{words}, {row.held:,} are")
    return faults


_HELD = ("stored", "duplicate", "set_aside", "too_large", "gone")


def _counted(rows: GenerativeSelect) -> Select[Any]:
    return select(func.count()).select_from(rows.subquery())


def _sqlite_faults(session: Session) -> list[str]:
    do = session.connection().exec_driver_sql
    broken = [str(row[0]) for row in do("PRAGMA quick_check(5)") if row[0] != "ok"]
    return broken + [
        f"table {row[0]} names a row of {row[2]} that is not there" for row in do("PRAGMA foreign_key_check")
    ]


_MARKED_WRONG = text("SELECT count(*) FROM search_text WHERE marks IS DISTINCT FROM search_marks(message_id, place)")


def _search_faults(session: Session) -> list[str]:
    """Count the messages that a search with a filter would miss, or find though they do not pass it."""
    count = session.connection().execute(_MARKED_WRONG).scalar_one()
    return [f"{_MARKS}: {count}"] if count else []


def _apart(table_name: str) -> Select[Any]:
    """Select the rows of a table whose copy of a message's place in the queue is not the message's own."""
    here = m.METADATA.tables[table_name].c
    row = m.message.c
    differs = or_(here.queue_rank != row.queue_rank, here.arrived_at != row.arrived_at)
    return select(row.id).where(and_(here.message_id == row.id, differs))


def _without(table_name: str) -> Select[Any]:
    """Select the messages that have no row in a table where each must have one."""
    here = m.METADATA.tables[table_name].c
    return select(m.message.c.id).where(m.message.c.id.not_in(select(here.message_id)))


def _back(table_name: str, part: Part, holds: ColumnElement[bool]) -> Select[Any]:
    """Select the messages of which a table holds again what was taken away."""
    here, taken = m.METADATA.tables[table_name].c, m.forgotten.c
    number = here.id if table_name == "message" else here.message_id
    return select(number).join(m.forgotten, taken.message_id == number).where(taken.part == part, holds).distinct()


def _raw_gone() -> Select[Any]:
    """Select the messages whose bytes are not held, though neither retention nor an erasure has taken them."""
    taken = select(m.forgotten.c.message_id).where(m.forgotten.c.part == Part.RAW)
    return _without("message_raw").where(m.message.c.id.not_in(taken))


def _set_aside_gone() -> Select[Any]:
    """Select what is set aside whose bytes are not held, though they came and nobody has taken them."""
    row = m.set_aside.c
    taken = select(m.forgotten.c.message_id).where(m.forgotten.c.part == Part.RAW)
    came = and_(
        row.mail_sha256.is_not(None), row.tries < NEVER_AGAIN, row.id.not_in(select(m.set_aside_raw.c.set_aside_id))
    )
    return select(row.id).where(came, or_(row.released_as.is_(None), row.released_as.not_in(taken)))


def _nowhere() -> Select[Any]:
    """Select the messages that lie in no place. A place names the mail that was seen there last."""
    row, slot = m.message.c, m.slot.c
    at_first = and_(slot.folder_id == row.folder_id, slot.uidvalidity == row.uidvalidity, slot.uid == row.uid)
    return select(row.id).where(~exists().where(at_first), ~exists().where(slot.message_id == row.id))


_MARKS = "messages whose marks for search are not those of their tags and state"
_MADE_AGAIN = frozenset(
    {
        "tags out of place",
        "rule hits out of place",
        "messages without text",
        "messages without a verdict",
        "messages that search cannot find",
        _MARKS,
    }
)
_BACK = {
    "message_raw": (Part.RAW, true()),
    "search_text": (Part.TEXT, or_(m.search_text.c.subject != "", m.search_text.c.body != "")),
    "message": (Part.TEXT, or_(m.message.c.sender_address != "", m.message.c.recipients != "")),
    "statement": (Part.TEXT, m.statement.c.text != WITHDRAWN),
}
_CHECKS = {
    "tags out of place": _apart("tag"),
    "rule hits out of place": _apart("rule_hit"),
    "messages whose bytes are gone": _raw_gone(),
    "set aside messages whose bytes are gone": _set_aside_gone(),
    "messages that lie in no place": _nowhere(),
    "messages without text": _without("message_text"),
    "messages without a verdict": _without("verdict"),
    "messages that search cannot find": _without("search_text"),
    "slots that hold nothing": select(m.slot.c.uid).where(
        m.slot.c.message_id.is_(None), m.slot.c.set_aside_id.is_(None)
    ),
    "messages that say again what was taken away": union(*(_back(name, *what) for name, what in _BACK.items())),
}
