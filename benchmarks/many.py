"""A store of very many messages, made fast: some hundred real ones, copied by SQL with dates and words of their own.

A copy has its own arrival (the store spans ten years), state, sample, flag, and words of four kinds: one that every
seventh message has, one in a thousand messages, one in twenty, and one of its own. Its text as shown is its original's;
its bytes as received, which no list and no search looks at, are left out, and can be added (`add_bytes`).
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Table,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlmodel import Session

from benchmarks.tagging import LABELLED, variations
from pipeline.flow.ingest import record_of
from pipeline.flow.reading import MessageReader, ReadingContext
from pipeline.mail.message import Origin, RawMessage
from storage import models as m
from storage.draw import set_shares
from storage.engine import Store
from storage.messages import save_batch
from storage.order import london_month
from storage.records import NewMessage, ReviewState

SEEDS = 500
FOLDERS = ("INBOX", "Enquiries", "Archive")
FIRST = datetime(2002, 1, 1, 8, tzinfo=UTC)
YEARS = 10
SPACING = 20  # seconds between two arrivals of one round
ROUNDS_A_COMMIT = 20
REVIEWERS = ("ann", "rob", "rea", "kim")
_BYTES = """
INSERT INTO message_raw (message_id, body)
SELECT message.id, real.body FROM message JOIN message_raw real ON real.message_id = (message.id - 1) % :seeds + 1
 WHERE message.id > :first AND message.id <= :last
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """One round of copies: by how much numbers grow, and when its first message arrives."""

    number: int
    begins: datetime

    def values(self) -> dict[str, Any]:
        """Give what the statements ask for."""
        return {"offset": self.number * SEEDS, "round": self.number, "seconds": int(self.begins.timestamp())} | {
            "begins": self.begins,
            "month": london_month(self.begins),
        }


def fill(store: Store, many: int, mails: Iterable[bytes] | None = None, *, searched: bool = True) -> None:
    """Store `many` messages in an empty, migrated store, made of relevant ones, or of those given (500 of them).

    Where they are not `searched`, copies have no words for search.
    """
    set_shares(store, check=0.05, second=0.05)
    save_batch(store, list(_seeds(mails or variations(sorted(LABELLED.glob("*.eml"))))), None, now=FIRST)
    rounds = _rounds(many // SEEDS)
    copies = _statements(on_postgresql=store.on_postgresql, searched=searched)
    while some := list(itertools.islice(rounds, ROUNDS_A_COMMIT)):
        with store.writing() as session:
            for one in some:
                for statement in copies:
                    session.connection().execute(statement, one.values())
    _release_some(store)
    store.outside("ANALYZE")


def add_bytes(store: Store, many: int) -> None:
    """Give each copy the bytes of the real message that it was made of."""
    for first in range(SEEDS, many, SEEDS * ROUNDS_A_COMMIT):
        with store.writing() as session:
            some = {"seeds": SEEDS, "first": first, "last": first + SEEDS * ROUNDS_A_COMMIT}
            session.connection().execute(text(_BYTES), some)


def _seeds(mails: Iterable[bytes]) -> Iterator[NewMessage]:
    reader = MessageReader(ReadingContext())
    for number, mail in enumerate(itertools.islice(mails, SEEDS), start=1):
        folder = FOLDERS[number % len(FOLDERS)]
        at = FIRST - timedelta(days=1) + timedelta(seconds=number)
        raw = RawMessage(
            origin=Origin.IMAP, account="bench", folder=folder, uidvalidity=1, uid=number, raw=mail, internal_date=at
        )
        record = record_of(raw, reader.read(raw, at), at)
        if not isinstance(record, NewMessage):
            raise TypeError(f"seed {number} could not be read")
        yield replace(record, mail_sha256=f"seed-{number}", copy_key=f"seed-{number}")


def _rounds(many: int) -> Iterator[Round]:
    """Spread the rounds evenly over the years; a round lies within one day, and so within one month."""
    for number in range(1, many):
        day = FIRST + timedelta(days=number * YEARS * 365 // many)
        yield Round(number=number, begins=day)


def _statements(*, on_postgresql: bool, searched: bool) -> tuple[Any, ...]:
    """Write one round of copies, table by table."""
    arrived = _moment(m.message.c.id, on_postgresql=on_postgresql)
    return (
        _copied(m.message, "id", _message_changes(arrived)),
        _copied(m.message_text, "message_id", {}),
        _copied(m.verdict, "message_id", {}),
        _copied(m.statement, "message_id", {"source": _source(m.statement.c.message_id)}),
        _standing(m.tag, {"source": _source(m.tag.c.message_id)}),
        _standing(m.rule_hit, {}),
        *((_copied(m.search_text, "message_id", _search_changes()),) if searched else ()),
        _copied(m.slot, "message_id", {"uid": m.slot.c.uid + bindparam("offset"), "arrived_at": bindparam("begins")}),
        _decisions(),
    )


def _moment(number: ColumnElement[int], *, on_postgresql: bool) -> ColumnElement[datetime]:
    if on_postgresql:
        return func.to_timestamp(bindparam("seconds") + number * SPACING)
    whole = func.strftime("%Y-%m-%d %H:%M:%S", bindparam("seconds") + number * SPACING, "unixepoch")
    return whole.concat(".000000")


def _new(number: ColumnElement[int]) -> ColumnElement[int]:
    return number + bindparam("offset")


def _chance(number: ColumnElement[int], of: int) -> ColumnElement[int]:
    """Give a number below `of` that differs from message to message, and from round to round."""
    return (number * 7919 + bindparam("round") * 104729) % of


def _state(number: ColumnElement[int]) -> ColumnElement[str]:
    """Half of all messages wait; of the others, one in five is corrected."""
    place = _chance(number, 10)
    return case((place < 5, ReviewState.PENDING.value), (place < 9, ReviewState.CONFIRMED.value), else_="corrected")


def _source(number: ColumnElement[int]) -> ColumnElement[str]:
    return case((_state(number) == ReviewState.PENDING.value, "rules"), else_="person")


def _message_changes(arrived: ColumnElement[datetime]) -> Mapping[str, ColumnElement[Any]]:
    row = m.message.c
    waits = _state(row.id) == ReviewState.PENDING.value
    drawn = _chance(row.id, 20) == 0
    own = cast(_new(row.id), String)
    return {
        "uid": row.uid + bindparam("offset"),
        "mail_sha256": literal("bench-").concat(own),
        "copy_key": literal("bench-").concat(own),
        "message_id": row.message_id.concat(own),
        "thread_key": row.thread_key.concat(cast(bindparam("round") / 3, String)),
        "arrived_at": arrived,
        "arrived_month": bindparam("month"),
        "state": _state(row.id),
        "drawn_check": drawn,
        "drawn_second": _chance(row.id, 20) == 7,
        "queue_rank": case((~waits, 0), (row.needs_person | drawn, 2), else_=1),
        "disagrees": and_(~waits, _chance(row.id, 1000) == 9),
        "flagged_for": case((_chance(row.id, 5000) == 0, "rob"), else_=""),
        "reviewed_at": case((~waits, bindparam("begins")), else_=None),
        "reviewed_by": case((~waits, _reviewer(row.id)), else_=""),
        "decided_version": case((~waits, row.rules_version), else_=""),
    }


def _reviewer(number: ColumnElement[int]) -> ColumnElement[str]:
    return case(*[(number % len(REVIEWERS) == place, name) for place, name in enumerate(REVIEWERS)], else_="ann")


def _search_changes() -> Mapping[str, ColumnElement[Any]]:
    row = m.search_text.c
    number = _new(row.message_id)
    words = (("often", number % 7), ("middling", number % 1000), ("seldom", number % 50_000), ("once", number))
    body = row.body
    for name, which in words:
        body = body.concat(f" {name}x").concat(cast(which, String))
    second = bindparam("seconds") + row.message_id * SPACING
    return {"body": body, "place": second * (1 << 24) + number}


def _copied(table: Table, key: str, changes: Mapping[str, ColumnElement[Any]]) -> Any:
    """Copy the seeds' rows of a table under grown numbers."""
    number = table.c[key]
    columns = {one.name: changes.get(one.name, one) for one in table.c} | {key: _new(number)}
    return insert(table).from_select(list(columns), select(*columns.values()).where(number <= SEEDS))


def _standing(table: Table, changes: Mapping[str, ColumnElement[Any]]) -> Any:
    """Copy rows that repeat where their message stands in the queue."""
    here, new = table.c, m.message.alias()
    places = {"message_id": new.c.id, "queue_rank": new.c.queue_rank, "arrived_at": new.c.arrived_at}
    columns = {one.name: changes.get(one.name, one) for one in here} | places
    joined = table.join(new, new.c.id == _new(here.message_id))
    rows: Select[Any] = select(*columns.values()).select_from(joined).where(here.message_id <= SEEDS)
    return insert(table).from_select(list(columns), rows)


def _decisions() -> Any:
    """Give every decided message its event."""
    row, said = m.message.c, m.verdict.c
    before = '{"state":"pending","reviewed_at":null,"reviewed_by":"","decided_version":"","disagrees":false,'
    columns: dict[str, ColumnElement[Any]] = {
        "message_id": row.id,
        "at": row.reviewed_at,
        "who": row.reviewed_by,
        "action": case((row.state == ReviewState.CONFIRMED.value, "confirm"), else_="correct"),
        "tags_before": said.tags,
        "tags_after": said.tags,
        "statements_before": said.statements,
        "statements_after": said.statements,
        "review_before": literal(before + '"flagged_for":""}', String),
        "rules_version": row.rules_version,
        "note": literal(""),
        "bulk": literal(""),
    }
    new = and_(row.id > bindparam("offset"), row.id <= bindparam("offset") + SEEDS, row.state != "pending")
    rows: Select[Any] = select(*columns.values()).join(m.verdict, said.message_id == row.id).where(new)
    return insert(m.decision).from_select(list(columns), rows)


def _release_some(store: Store) -> None:
    """Let a hundred messages have been set aside before they could be read."""
    with store.writing() as session:
        numbers = session.connection().execute(select(m.message.c.id).where(m.message.c.id % 997 == 0).limit(100))
        rows = [_released(session, number) for number in numbers.scalars().all()]
        session.connection().execute(insert(m.set_aside), rows)


def _released(session: Session, number: int) -> dict[str, Any]:
    folder = session.connection().execute(select(m.message.c.folder_id).where(m.message.c.id == number)).scalar_one()
    moments = {name: FIRST for name in ("arrived_at", "first_tried_at", "last_tried_at")}
    return moments | {
        "folder_id": folder,
        "uidvalidity": 1,
        "uid": number,
        "origin": "imap",
        "raw_sha256": "",
        "mail_sha256": f"aside-{number}",
        "size": 0,
        "too_large": False,
        "arrived_source": "internaldate",
        "error": "It could not be read.",
        "tries": 1,
        "released_as": number,
    }


def sqlite_url(folder: Path) -> str:
    """Give the address of a SQLite file in a folder."""
    return f"sqlite:///{folder / 'many.db'}"
