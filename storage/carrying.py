"""What a database that a backup replaces knows and the backup may not: erasures, wishes not to be invited, backups."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Table, select
from sqlmodel import Session

from storage import models as m
from storage.backups import backups_among, note_backup
from storage.engine import Store, open_store
from storage.erasure import erase_again
from storage.errors import StorageBusy, StorageError
from storage.senders import SENDERS_FACT
from storage.sql import insert_once
from storage.tombstones import CHECK, ENDING, copy_key, fitting_key

Rows = tuple[Row[Any], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What a database knows of all that a backup of it may be too old for; None: it could not be read.

    A database of another schema, older or newer, is read as well: the few columns of these tables have always been the
    same, and a table that is not there yet holds nothing.
    """

    facts: Mapping[str, str] | None
    erased: frozenset[str] | None
    opt_outs: Rows | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """What came over: how many messages were erased again, and what is not known of the time after the backup."""

    erased_again: int
    erasures_known: bool
    opt_outs_known: bool


def known_by(file: Path) -> Known:
    """Tell what the SQLite database in a file knows, as far as it can be read; nothing where there is none."""
    if not file.exists() or not file.stat().st_size:
        return Known(facts={}, erased=frozenset(), opt_outs=())
    with open_store(f"sqlite:///{file}", check_schema=False) as store:
        facts, stones = _rows(store, m.fact), _rows(store, m.tombstone)
        return Known(
            facts=None if facts is None else {row.name: row.value for row in facts},
            erased=None if stones is None else frozenset(row.digest for row in stones),
            opt_outs=_rows(store, m.opt_out),
        )


def carry_over(known: Known, file: Path, made: Path, database: Path, *, setting: bytes, now: datetime) -> Carried:
    """Write into `made`, which was made of the backup `file` and is to replace `database`, what that one knows.

    The key of erasures is looked for first: `setting` where the settings give one, else the file beside the database,
    or beside the backup, which is copied to the database where none lies there. Raise WrongErasureKey or
    ErasureKeyMissing when it is not to be had.
    """
    facts, before = known_by(made).facts or {}, known.facts or {}
    check = facts.get(CHECK) or before.get(CHECK, "")
    key = fitting_key(check, setting, database=database, backup=file)
    same_key = before.get(CHECK, check) == check
    lost = not before and not check and _key_of(database).exists()  # a key and no erasure: those came after the backup
    same_senders = SENDERS_FACT in before and facts.get(SENDERS_FACT) in (None, before[SENDERS_FACT])
    if not _key_of(database).exists():
        copy_key(_key_of(file), database)
    with open_store(f"sqlite:///{made}", erasure_key=key) as store:
        if same_senders:  # before anybody is erased: erasing makes a secret where there is none
            _keep_wishes(store, known)
        again = erase_again(store, known.erased, now=now) if known.erased and same_key else 0
        _note_backups(store, file, before)
    return Carried(
        erased_again=again,
        erasures_known=known.erased is not None and not lost and (same_key or not known.erased),
        opt_outs_known=known.opt_outs is not None and (same_senders or not known.opt_outs),
    )


def _key_of(file: Path) -> Path:
    return file.with_name(file.name + ENDING)


def _rows(store: Store, table: Table) -> Rows | None:
    """Give a table's rows, none where there is no such table; None where the database is damaged."""
    try:
        with store.reading() as session:
            connection = session.connection()
            there = connection.dialect.has_table(connection, table.name)
            return tuple(connection.execute(select(*_always_there(table)))) if there else ()
    except StorageBusy:
        raise
    except StorageError:
        return None


def _always_there(table: Table) -> tuple[Any, ...]:
    """Leave out what points to other tables: of a digest nothing else is needed."""
    return tuple(column for column in table.c if not column.foreign_keys)


def _keep_wishes(store: Store, known: Known) -> None:
    """Take down who does not want to be invited, with the secret that their keys were made with."""

    secret = {"name": SENDERS_FACT, "value": (known.facts or {})[SENDERS_FACT]}

    def work(session: Session) -> None:
        insert_once(session, m.fact, secret, m.fact.c.name)
        for wish in known.opt_outs or ():
            insert_once(session, m.opt_out, dict(wish._mapping), m.opt_out.c.sender_key)

    store.write(work)


def _note_backups(store: Store, file: Path, facts: Mapping[str, str]) -> None:
    """Write the backups down again, the restored one among them: an erasure names them."""
    note_backup(store, file, now=datetime.fromtimestamp(file.stat().st_mtime, tz=UTC))
    for made in backups_among(facts):
        note_backup(store, made.file, now=made.made_at)
