"""Take parts of messages away and leave the coded record: what was counted stays, what was said goes.

Tags, states and who decided stay, so that every count stays. Words go from wherever they stand: the text, quotes, hits,
reasons, notes, the index of full-text search. A sender becomes a made-up name, the same for all that is taken away
together, so that distinct senders are still counted.
"""

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Table, delete, select, update
from sqlmodel import Session

from storage import models as m
from storage.archive_names import forget_archives_of
from storage.engine import Store
from storage.errors import DamagedContent
from storage.plain import Plain
from storage.senders import sender_key
from storage.sql import in_chunks, insert_once

CHUNK = 200
WITHDRAWN = "[withdrawn]"
_SWEPT = (
    *("message", "message_raw", "message_text", "search_text", "verdict", "tag", "statement", "decision"),
    *("second_reading", "set_aside", "set_aside_raw", "folder", "work_part"),
)


class Part(StrEnum):
    """What can be taken from a message."""

    RAW = "raw"  # the bytes as received
    ATTACHMENTS = "attachments"  # their text and names
    TEXT = "text"  # what it says, its subject, and who wrote it


class Why(StrEnum):
    """Why something is no longer held."""

    RETENTION = "retention"
    ERASURE = "erasure"


def forget(
    session: Session, message_ids: Collection[int], parts: Iterable[Part], why: Why, *, secret: bytes, now: datetime
) -> None:
    """Take parts of messages away, and write down that they are gone. `secret` is that of the senders' keys.

    The messages are locked first: what others write of them meanwhile is seen and taken as well.
    """
    row = m.message.c
    for chunk in in_chunks(sorted(message_ids), CHUNK):
        session.connection().execute(select(row.id).where(row.id.in_(chunk)).order_by(row.id).with_for_update())
    work = _Forgetting(session, why, secret, now, message_ids)
    for part in parts:
        for chunk in in_chunks(sorted(message_ids), CHUNK):
            work.take(part, chunk)
        if part is Part.TEXT:
            forget_archives_of(session, message_ids)


def forgotten_among(session: Session, message_ids: Collection[int]) -> frozenset[int]:
    """Give those of some messages of which a part was taken away: what was read of them before is not to be written.

    To be asked once they are locked: before that, somebody may be at it.
    """
    row = m.forgotten.c
    taken: set[int] = set()
    for chunk in in_chunks(message_ids, CHUNK):
        taken.update(session.connection().execute(select(row.message_id).where(row.message_id.in_(chunk))).scalars())
    return frozenset(taken)


def erased_messages(store: Store) -> frozenset[int]:
    """Give every message that was erased, ever: what is still to be done for one is done at the next call."""
    row = m.forgotten.c
    with store.reading() as session:
        gone = select(row.message_id).where(row.why == Why.ERASURE, row.part == Part.TEXT)
        return frozenset(session.connection().execute(gone).scalars())


def sweep(store: Store) -> bool:
    """Leave no trace of deleted words in the index, the file and the write-ahead log; False: others keep the log open.

    The whole file is written anew: it takes as much free space again for a while. Backups, and the disk's own free
    blocks, are beyond us.
    """
    if store.on_postgresql:
        store.outside(*(f"VACUUM FULL {table}" for table in _SWEPT))
        return True
    optimised = "INSERT INTO search_fts(search_fts) VALUES ('optimize')"
    rows = store.outside(optimised, "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
    return bool(rows[-1]) and rows[-1][0] == 0


class _Forgetting:
    """One taking away: what it needs to know, and the made-up names it has given."""

    def __init__(self, session: Session, why: Why, secret: bytes, now: datetime, message_ids: Collection[int]) -> None:
        self._session, self._why, self._secret, self._now = session, why, secret, now
        self._going = frozenset(message_ids)
        self._names: dict[tuple[str, str], str] = {}

    def take(self, part: Part, ids: list[int]) -> None:
        """Take one part of some messages."""
        taking = {Part.RAW: self._take_raw, Part.ATTACHMENTS: self._take_attachments, Part.TEXT: self._take_text}
        taking[part](ids)
        for message_id in ids:
            row = {"message_id": message_id, "part": part, "at": self._now, "why": self._why}
            insert_once(self._session, m.forgotten, row, m.forgotten.c.message_id)

    def _do(self, statement: Any, *values: Any) -> Any:
        return self._session.connection().execute(statement, *values)

    def _take_raw(self, ids: list[int]) -> None:
        """Take the bytes, also those that were set aside before they could be read."""
        self._do(delete(m.message_raw).where(m.message_raw.c.message_id.in_(ids)))
        aside = select(m.set_aside.c.id).where(m.set_aside.c.released_as.in_(ids))
        self._do(delete(m.set_aside_raw).where(m.set_aside_raw.c.set_aside_id.in_(aside)))

    def _take_attachments(self, ids: list[int]) -> None:
        self._keep_of_texts(
            ids,
            lambda row: {
                "zones": _zones(row.zones, only="attachment"),
                "attachments": [_attachment(one) for one in row.attachments],
            },
        )
        self._do(update(m.search_text).where(m.search_text.c.message_id.in_(ids)).values(attachments=""))

    def _take_text(self, ids: list[int]) -> None:
        self._take_attachments(ids)
        self._keep_of_texts(ids, lambda row: {"zones": _zones(row.zones), "html": "", "oddities": []})
        nothing = dict.fromkeys(("subject", "sender", "body", "attachments"), "")
        self._do(update(m.search_text).where(m.search_text.c.message_id.in_(ids)).values(nothing))
        self._do(update(m.tag).where(m.tag.c.message_id.in_(ids)).values(reason=WITHDRAWN))
        quotes = {"text": WITHDRAWN, "start": 0, "stop": 0}
        self._do(update(m.statement).where(m.statement.c.message_id.in_(ids)).values(quotes))
        self._take_words(m.verdict, ("message_id", "rules_version"), ids)
        self._take_words(m.second_reading, ("message_id",), ids)
        self._take_words(m.decision, ("id",), ids)
        self._do(update(m.decision).where(m.decision.c.message_id.in_(ids)).values(note=""))
        self._take_names(ids)

    def _keep_of_texts(self, ids: list[int], kept: Callable[[Row[Any]], Plain]) -> None:
        """Keep of texts what `kept` gives; of one that is damaged, nothing."""
        here, nothing = m.message_text.c.message_id, {"zones": [], "html": "", "attachments": [], "oddities": []}
        for number in ids:
            try:
                row = self._do(select(m.message_text).where(here == number)).first()
                values = None if row is None else kept(row)
            except DamagedContent:
                values = nothing
            if values is not None:
                self._do(update(m.message_text).where(here == number).values(values))

    def _take_words(self, table: Table, key: tuple[str, ...], ids: list[int]) -> None:
        """Empty the words inside the JSON columns of a table."""
        for row in self._do(select(table).where(table.c.message_id.in_(ids))).mappings().all():
            lists = {name: list(map(_without_words, value)) for name, value in row.items() if isinstance(value, list)}
            self._do(update(table).where(*(table.c[name] == row[name] for name in key)).values(lists))

    def _take_names(self, ids: list[int]) -> None:
        """Take subject, names and addresses, and make the thread's name unrecognisable where nobody else is in it."""
        label = f"[{'erased' if self._why is Why.ERASURE else 'removed'} {self._now:%-d %B %Y}]"
        nothing = dict.fromkeys(("sender_name", "sender_address", "recipients", "message_id"), "")
        for row in self._do(select(m.message).where(m.message.c.id.in_(ids))).all():
            changes: Plain = {**nothing, "subject": label, "reasons": [], "version": row.version + 1}
            changes |= {"user_address": self._made_up(row), "thread_key": self._thread(row)}
            self._do(update(m.message).where(m.message.c.id == row.id).values(changes))

    def _made_up(self, row: Row[Any]) -> str:
        """Give one made-up name to what one sender wrote: of all that is erased, or of a month that retention took."""
        month = row.arrived_month if self._why is Why.RETENTION else ""
        who = (row.user_address or row.sender_address).casefold()
        return self._names.setdefault((month, who), f"somebody-{secrets.token_hex(6)}") if who else ""

    def _thread(self, row: Row[Any]) -> str:
        """Give the thread's name as it is while others are in it, else a key that is equal for equal names."""
        in_it = self._do(select(m.message.c.id).where(m.message.c.thread_key == row.thread_key)).scalars()
        if not row.thread_key or not self._going.issuperset(in_it):
            return str(row.thread_key)
        return sender_key(row.thread_key, self._secret)


def _without_words(one: Any) -> Any:
    """Give a tag, statement or hit without its words; a reason, which is nothing but words, is none any more."""
    if not isinstance(one, dict):
        return WITHDRAWN
    words = {name: WITHDRAWN for name in ("reason", "text", "words") if name in one}
    return {**one, **words, **{name: 0 for name in ("start", "end", "zone") if name in one}}


def _zones(zones: Iterable[Mapping[str, Any]], *, only: str = "") -> list[Plain]:
    """Give zones of the same kinds without their text, so that a zone's number still means the same."""
    return [dict(one) if only and one["kind"] != only else {**one, "text": "", "start": 0, "name": ""} for one in zones]


def _attachment(one: Mapping[str, Any]) -> Plain:
    return {**one, "filename": "", "text": "", "sha256": "", "note": WITHDRAWN}
