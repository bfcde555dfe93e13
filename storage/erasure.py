"""A person in the database: found by an address, and erased so that no count changes and their mail stays away."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Text, cast, delete, func, select, update
from sqlmodel import Session

from storage import models as m
from storage.addresses import folded, forms_of, may_hold, naming
from storage.archive_names import (
    archives_naming,
    forget_archives,
    forget_archives_of,
    forget_imports,
    imports_naming,
)
from storage.columns import packed, unpack
from storage.engine import Store
from storage.errors import DamagedContent, StorageError
from storage.forgetting import Part, Why, forget, sweep
from storage.numbers import forget_numbers, forget_numbers_of
from storage.senders import sender_secret
from storage.sql import in_chunks, insert_all, insert_once
from storage.tombstones import ERASED, ERASED_MAIL, NEVER_AGAIN, digests_of, known_key, made_key, take_turns

CHUNK = 200
_BETWEEN = ", "  # stands between two recipients


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Where a person is: messages they wrote, messages to them, messages of others that name them.

    `set_aside` is what they wrote of what could not be read, `set_aside_named` what of others there names them.
    `archives` are the files, by number and name, that were imported and are named after them; `imports` those that have
    such a file still to read. Whose mail is set aside and `damaged` nobody can tell.
    """

    written: tuple[int, ...] = ()
    received: tuple[int, ...] = ()
    named: tuple[int, ...] = ()
    set_aside: tuple[int, ...] = ()
    set_aside_named: tuple[int, ...] = ()
    archives: tuple[tuple[int, str], ...] = ()
    imports: tuple[int, ...] = ()
    damaged: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """What was erased: messages, with the copies of those asked for, and how many set aside.

    `left` says why deleted words may still lie in the file: "" when it was written anew.
    """

    messages: tuple[int, ...]
    set_aside: int
    left: str = ""


def _unknown(body: bytes) -> str:
    return ""


def find_person(store: Store, address: str, *, writer_of: Callable[[bytes], str] = _unknown) -> Found:
    """Find a person by an address, upper and lower case alike, in headers, texts, notes and what is set aside.

    `writer_of` tells the From address of a mail that could not be read, "" where that cannot be made out.
    """
    forms = forms_of(address)
    row, text, noted = m.message.c, m.search_text.c, m.decision.c
    words = (text.sender, text.subject, text.body, text.attachments)
    quoted = func.replace(cast(noted.statements_after, Text), r"\n", "\n")  # JSON: its \n would be a letter before
    with store.reading() as session:
        written = set(_having(session, (row.sender_address, row.user_address), forms, whole=True))
        received = set(_having(session, (row.recipients,), forms)) - written
        named = {
            *_naming(session, text.message_id, words, forms),
            *_naming(session, noted.message_id, (noted.note, quoted), forms),
        }
        by_them, naming_them, damaged = _set_aside(session, forms, writer_of)
        archives, imports = archives_naming(session, forms), imports_naming(session, forms)
    return Found(
        written=tuple(sorted(written)),
        received=tuple(sorted(received)),
        named=tuple(sorted(named - written - received)),
        set_aside=by_them,
        set_aside_named=naming_them,
        archives=archives,
        imports=imports,
        damaged=damaged,
    )


def erase(
    store: Store,
    message_ids: Collection[int],
    set_aside_ids: Collection[int],
    *,
    now: datetime,
    archives: Collection[int] = (),
    imports: Collection[int] = (),
) -> Erased:
    """Erase messages: their words, names, bytes and digests. The coded record stays, and stands for the mail.

    Copies of these mails are erased as well, and so are the names of `archives`, and of archive files that held nothing
    else; `imports` that have more to read are ended. What still lies on the server is known again by its keyed digest.
    Raise ErasureKeyMissing when the key of earlier erasures is gone.
    """
    secret = sender_secret(store)

    def work(session: Session) -> tuple[tuple[int, ...], int]:
        take_turns(session, store, shared=False)
        key = made_key(session, store)
        ids = _with_copies(session, message_ids)
        aside = tuple(set(set_aside_ids) | set(_became(session, ids)))
        row = {"at": now, "messages": len(ids), "set_aside": len(set_aside_ids)}
        erasure_id = insert_once(session, m.erasure, row, m.erasure.c.id)
        _bury_set_aside(session, aside, key, erasure_id)
        _bury_messages(session, ids, key, erasure_id)
        forget(session, ids, tuple(Part), Why.ERASURE, secret=secret, now=now)
        forget_archives_of(session, (), aside)
        forget_archives(session, archives)
        forget_imports(session, imports, now)
        return ids, len(aside)

    messages, aside = store.write(work)
    return Erased(messages=messages, set_aside=aside, left=_swept(store))


def erase_again(store: Store, digests: frozenset[str], *, now: datetime) -> int:
    """Erase what a restored backup still holds of mails that were erased since; give how many messages that are.

    The mails that came after the backup are written down as erased as well: they still lie on the server. Which numbers
    they had is noted no more.
    """
    with store.reading() as session:
        key = known_key(session, store)
        messages = _buried(session, m.message, key, digests)
        aside = _buried(session, m.set_aside, key, digests)
    if messages or aside:
        erase(store, messages, aside, now=now)
    store.write(lambda session: _carry_over(session, store, digests, now))
    store.write(lambda session: forget_numbers_of(session, lambda mail: not digests.isdisjoint(digests_of(key, mail))))
    return len(messages) + len(aside)


def _carry_over(session: Session, store: Store, digests: Collection[str], now: datetime) -> None:
    known = frozenset(session.connection().execute(select(m.tombstone.c.digest)).scalars())
    if missing := sorted(set(digests) - known):
        made_key(session, store)
        row = {"at": now, "messages": 0, "set_aside": 0}
        erasure_id = insert_once(session, m.erasure, row, m.erasure.c.id)
        insert_all(session, m.tombstone, [{"digest": digest, "erasure_id": erasure_id} for digest in missing])


def _swept(store: Store) -> str:
    """Write the file anew; what keeps that from being done is told, and undoes nothing of the erasure."""
    try:
        return "" if sweep(store) else "another program keeps the database open"
    except StorageError as error:
        return str(error)


def _having(session: Session, columns: Sequence[Any], forms: Collection[str], *, whole: bool = False) -> Iterator[int]:
    """Give the messages of which a column lists the address, or (`whole`) is it."""
    row = m.message.c
    some = select(row.id, *columns).where(may_hold(columns, forms, whole=whole)).order_by(row.id)
    for number, *listed in session.connection().execute(some, execution_options={"yield_per": CHUNK}):
        if any(folded(one) in forms for words in listed for one in (words, *words.split(_BETWEEN))):
            yield number


def _naming(session: Session, key: Any, columns: Sequence[Any], forms: Collection[str]) -> Iterator[int]:
    """Give the messages of which a column names the address; the database finds those that hold its letters."""
    named = naming(forms)
    some = select(key, *columns).where(may_hold(columns, forms))
    for number, *texts in session.connection().execute(some, execution_options={"yield_per": CHUNK}):
        if any(named.search(folded(told)) for told in texts):
            yield number


def _set_aside(
    session: Session, forms: Collection[str], writer_of: Callable[[bytes], str]
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Give what the person wrote of what is set aside, what of others names them, and what is damaged."""
    written, naming_them, damaged, named = list[int](), list[int](), list[int](), naming(forms)
    for number, body in _set_aside_bodies(session):
        if body is None:
            damaged.append(number)
        elif folded(writer_of(body)) in forms:
            written.append(number)
        elif named.search(folded(body.decode(errors="replace"))):
            naming_them.append(number)
    return tuple(written), tuple(naming_them), tuple(damaged)


def _set_aside_bodies(session: Session) -> Iterator[tuple[int, bytes | None]]:
    """Give the bytes of what is set aside, None for what is damaged."""
    raw = m.set_aside_raw.c
    ids = session.connection().execute(select(raw.set_aside_id).order_by(raw.set_aside_id)).scalars().all()
    for number in ids:
        packed_body = (
            session.connection().execute(select(packed(raw.body)).where(raw.set_aside_id == number)).scalar_one()
        )
        try:
            yield number, unpack(packed_body)
        except DamagedContent:
            yield number, None


def _with_copies(session: Session, message_ids: Collection[int]) -> tuple[int, ...]:
    ids = set(message_ids)
    row = m.message.c
    for chunk in in_chunks(sorted(message_ids), CHUNK):
        ids |= set(session.connection().execute(select(row.id).where(row.probable_copy_of.in_(chunk))).scalars())
    return tuple(sorted(ids))


def _became(session: Session, message_ids: Collection[int]) -> Iterator[int]:
    """Give what was set aside before it became one of these messages."""
    row = m.set_aside.c
    for chunk in in_chunks(sorted(message_ids), CHUNK):
        yield from session.connection().execute(select(row.id).where(row.released_as.in_(chunk))).scalars()


def _bury_messages(session: Session, ids: Collection[int], key: bytes, erasure_id: int) -> None:
    do = session.connection().execute
    for row in _rows(session, m.message, ids):
        if row.mail_sha256.startswith(ERASED_MAIL):
            continue
        for digest in digests_of(key, row.mail_sha256, row.copy_key):
            buried = {"digest": digest, "erasure_id": erasure_id, "message_id": row.id}
            insert_once(session, m.tombstone, buried, m.tombstone.c.digest)
        mail = next(digests_of(key, row.mail_sha256))
        nothing = {"mail_sha256": ERASED_MAIL + mail, "raw_sha256": "", "copy_key": ""}
        do(update(m.message).where(m.message.c.id == row.id).values(nothing))
        forget_numbers(session, [row.mail_sha256])


def _bury_set_aside(session: Session, ids: Collection[int], key: bytes, erasure_id: int) -> None:
    do = session.connection().execute
    for row in _rows(session, m.set_aside, ids):
        for digest in digests_of(key, row.mail_sha256 or ""):
            buried = {"digest": digest, "erasure_id": erasure_id, "set_aside_id": row.id, "message_id": row.released_as}
            insert_once(session, m.tombstone, buried, m.tombstone.c.digest)
        do(delete(m.set_aside_raw).where(m.set_aside_raw.c.set_aside_id == row.id))
        mail = next(digests_of(key, row.mail_sha256 or ""), str(row.id))
        nothing = {"mail_sha256": ERASED_MAIL + mail, "raw_sha256": "", "tries": NEVER_AGAIN, "error": ERASED}
        do(update(m.set_aside).where(m.set_aside.c.id == row.id).values(nothing))


def _rows(session: Session, table: Any, ids: Collection[int]) -> Iterator[Row[Any]]:
    for chunk in in_chunks(sorted(ids), CHUNK):
        yield from session.connection().execute(select(table).where(table.c.id.in_(chunk))).all()


def _buried(session: Session, table: Any, key: bytes, digests: Collection[str]) -> tuple[int, ...]:
    """Give the rows whose mail is among the keyed digests."""
    kinds = (table.c.id, table.c.mail_sha256, *([table.c.copy_key] if "copy_key" in table.c else []))
    rows = session.connection().execute(select(*kinds)).all()
    return tuple(row[0] for row in rows if not set(digests).isdisjoint(digests_of(key, row[1] or "", *row[2:])))
