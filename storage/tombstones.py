"""What was erased and still lies on the server: known again by a keyed digest, so that it does not come back.

The key lies beside an SQLite file (`statshop.db.key`, mode 600), or comes from the settings. Who has the database and
not the key cannot tell which mail was erased.
"""

import hmac
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.errors import ErasureKeyMissing, WrongErasureKey
from storage.records import NewMessage, NewSetAside
from storage.sql import insert_once

ENDING = ".key"
ERASED_MAIL = "erased "  # begins what stands for a digest of the mail
NEVER_AGAIN = 1_000_000  # tries: what was erased is not tried again
ERASED = "It was erased at its writer's request."
_TAKES_TURNS = 0x657261736564  # the advisory lock of PostgreSQL that saving shares, and erasing has alone
CHECK = "erasure key check"  # the fact by which another key is noticed


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """The row that stands for an erased mail: a message, or a message set aside."""

    message_id: int | None
    set_aside_id: int | None

    @property
    def is_missing(self) -> bool:
        """Say that the mail came after the backup that is the database now: there is no row yet."""
        return self.message_id is None and self.set_aside_id is None


class Tombstones:
    """The erased mails of one database, asked while a batch is saved; costs one query while nothing was ever erased."""

    def __init__(self, session: Session, store: Store) -> None:
        self._session = session
        take_turns(session, store, shared=True)
        some = session.connection().execute(select(m.tombstone.c.digest).limit(1)).scalar()
        self._key = known_key(session, store) if some is not None else b""

    @property
    def are_none(self) -> bool:
        """Say whether nothing was ever erased."""
        return not self._key

    def standing_for(self, item: NewMessage | NewSetAside) -> Standing | None:
        """Give the row that stands for this mail if it was erased; None for any other."""
        if not self._key:
            return None
        copy_key = item.copy_key if isinstance(item, NewMessage) else ""
        digests = list(digests_of(self._key, item.mail_sha256, copy_key))
        row = m.tombstone.c
        erased = select(row.message_id, row.set_aside_id).where(row.digest.in_(digests)).limit(1)
        found = self._session.connection().execute(erased).first()
        return None if found is None else Standing(message_id=found.message_id, set_aside_id=found.set_aside_id)

    def stand_in(self, item: NewMessage | NewSetAside, folder_id: int, now: datetime) -> Standing:
        """Make the row that stands for a mail which was erased in a database that a backup has replaced."""
        copy_key = item.copy_key if isinstance(item, NewMessage) else ""
        digests = list(digests_of(self._key, item.mail_sha256, copy_key))
        row: dict[str, Any] = {"folder_id": folder_id, "uidvalidity": item.slot.uidvalidity, "uid": item.slot.uid}
        row |= {"origin": item.origin, "arrived_at": item.arrived_at, "arrived_source": item.arrived_source}
        row |= {"raw_sha256": "", "mail_sha256": ERASED_MAIL + digests[0], "size": 0, "too_large": False}
        row |= {"error": ERASED, "tries": NEVER_AGAIN, "first_tried_at": now, "last_tried_at": now}
        do, aside, stone = self._session.connection().execute, m.set_aside.c, m.tombstone.c
        number = insert_once(self._session, m.set_aside, row, aside.id)
        if number is None:  # another process was first
            number = do(select(aside.id).where(aside.mail_sha256 == row["mail_sha256"])).scalar_one()
        alone = stone.message_id.is_(None) & stone.set_aside_id.is_(None)
        do(update(m.tombstone).where(stone.digest.in_(digests), alone).values(set_aside_id=number))
        return Standing(message_id=None, set_aside_id=number)


def take_turns(session: Session, store: Store, *, shared: bool) -> None:
    """Wait, on PostgreSQL, until no erasure is under way, or no saving: a mail that is saved while it is erased would
    be asked for before the erasure is there, and kept after it. SQLite's writer is alone anyway.
    """
    if store.on_postgresql:
        wait = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
        session.connection().execute(select(wait(_TAKES_TURNS)))


def digests_of(key: bytes, mail_sha256: str, copy_key: str = "") -> Iterator[str]:
    """Give the keyed digests by which a mail, and a copy of it under other bytes, is known again."""
    if mail_sha256:
        yield _digest(key, "mail", mail_sha256)
    if copy_key:
        yield _digest(key, "copy", copy_key)


def check_key(store: Store) -> None:
    """Raise ErasureKeyMissing where mail was erased and the key by which it is known again is not to be had."""
    with store.reading() as session:
        if session.connection().execute(select(m.tombstone.c.digest).limit(1)).scalar() is not None:
            known_key(session, store)


def known_key(session: Session, store: Store) -> bytes:
    """Give the key that this database's erasures were made with; raise ErasureKeyMissing when it is not to be had."""
    key = store.erasure_key or _read(key_file(store))
    check = session.connection().execute(select(m.fact.c.value).where(m.fact.c.name == CHECK)).scalar()
    if not key or (check is not None and not _fits(key, str(check))):
        raise ErasureKeyMissing(key_file(store))
    return key


def fitting_key(check: str, setting: bytes, *, database: Path, backup: Path) -> bytes:
    """Give the key that a check was made with, for a backup that is to replace a database; b"" where none is needed.

    Raise WrongErasureKey where the key that would be used is another one, ErasureKeyMissing where there is none.
    """
    here, beside = (file.with_name(file.name + ENDING) for file in (database, backup))
    used = setting or _read(here) or _read(beside)
    if not check or _fits(used, check):
        return used
    if used:
        raise WrongErasureKey(None if setting else here if _read(here) else beside, beside, _fits(_read(beside), check))
    raise ErasureKeyMissing(here)


def made_key(session: Session, store: Store) -> bytes:
    """Give the key, made on the first erasure; its check is kept, so that another key is noticed."""
    file = key_file(store)
    if not store.erasure_key and file is not None and not file.exists() and not _has_check(session):
        made = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(made, "w") as writing:
            writing.write(secrets.token_hex(32))
    key = known_key(session, store)
    insert_once(session, m.fact, {"name": CHECK, "value": _digest(key, "check", "")}, m.fact.c.name)
    return key


def key_file(store: Store) -> Path | None:
    """Name the file of the key; None for PostgreSQL, whose key comes from the settings."""
    return None if store.path is None else store.path.with_name(store.path.name + ENDING)


def copy_key(key: Path | None, file: Path) -> Path | None:
    """Copy a key to its place beside a database or a backup, mode 600; None where there is no key."""
    if key is None or not key.exists():
        return None
    beside = file.with_name(file.name + ENDING)
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as writing:
        writing.write(key.read_bytes())
    return beside


def _fits(key: bytes, check: str) -> bool:
    return bool(key) and hmac.compare_digest(check, _digest(key, "check", ""))


def _has_check(session: Session) -> bool:
    found: Any = session.connection().execute(select(m.fact.c.value).where(m.fact.c.name == CHECK)).scalar()
    return found is not None


def _read(file: Path | None) -> bytes:
    if file is None or not file.exists():
        return b""
    return file.read_text(encoding="ascii", errors="replace").strip().encode()


def _digest(key: bytes, kind: str, value: str) -> str:
    return hmac.new(key, f"{kind}\0{value}".encode(), sha256).hexdigest()
