"""What was erased and still lies on the server: known again by a keyed digest, so that it does not come back.

The key lies beside an SQLite file (`statshop.db.key`, mode 600), or comes from the settings. Who has the database and
not the key cannot tell which mail was erased.
"""

import hmac
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.errors import ErasureKeyMissing
from storage.records import NewMessage, NewSetAside
from storage.sql import insert_once

ENDING = ".key"
_CHECK = "erasure key check"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """The row that stands for an erased mail: a message, or a message set aside."""

    message_id: int | None
    set_aside_id: int | None


class Tombstones:
    """The erased mails of one database, asked while a batch is saved; costs one query while nothing was ever erased."""

    def __init__(self, session: Session, store: Store) -> None:
        self._session = session
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


def digests_of(key: bytes, mail_sha256: str, copy_key: str = "") -> Iterator[str]:
    """Give the keyed digests by which a mail, and a copy of it under other bytes, is known again."""
    if mail_sha256:
        yield _digest(key, "mail", mail_sha256)
    if copy_key:
        yield _digest(key, "copy", copy_key)


def known_key(session: Session, store: Store) -> bytes:
    """Give the key that this database's erasures were made with; raise ErasureKeyMissing when it is not to be had."""
    key = store.erasure_key or _read(key_file(store))
    check = session.connection().execute(select(m.fact.c.value).where(m.fact.c.name == _CHECK)).scalar()
    if not key or (check is not None and not hmac.compare_digest(str(check), _digest(key, "check", ""))):
        raise ErasureKeyMissing(key_file(store))
    return key


def made_key(session: Session, store: Store) -> bytes:
    """Give the key, made on the first erasure; its check is kept, so that another key is noticed."""
    file = key_file(store)
    if not store.erasure_key and file is not None and not file.exists() and not _has_check(session):
        made = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(made, "w") as writing:
            writing.write(secrets.token_hex(32))
    key = known_key(session, store)
    insert_once(session, m.fact, {"name": _CHECK, "value": _digest(key, "check", "")}, m.fact.c.name)
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


def _has_check(session: Session) -> bool:
    found: Any = session.connection().execute(select(m.fact.c.value).where(m.fact.c.name == _CHECK)).scalar()
    return found is not None


def _read(file: Path | None) -> bytes:
    if file is None or not file.exists():
        return b""
    return file.read_text(encoding="ascii").strip().encode()


def _digest(key: bytes, kind: str, value: str) -> str:
    return hmac.new(key, f"{kind}\0{value}".encode(), sha256).hexdigest()
