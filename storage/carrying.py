"""What a database that a backup replaces knows and the backup may not.

Erasures, wishes not to be invited, backups; what was published, the numbers of messages, and who may sign in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session

from storage import models as m
from storage.backups import backups_among, note_backup
from storage.carrying_people import carry_people, end_sessions, people_of
from storage.carrying_published import carry_published, published_by
from storage.engine import Store, open_store
from storage.erasure import erase_again
from storage.replaced import Rows, is_empty, is_same_line, is_there, rows_in
from storage.senders import SENDERS_FACT
from storage.sql import insert_once
from storage.tombstones import CHECK, ENDING, copy_key, fitting_key


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
    """What came over: how many messages were erased again, and what is not known of the time after the backup.

    `issues` are those that the backup did not know, as "2011-03 issue 1"; None: what was published is not known.
    `is_replaced` says whether there was a database that held anything.
    """

    erased_again: int
    erasures_known: bool
    opt_outs_known: bool
    issues: tuple[str, ...] | None
    people_known: bool
    is_replaced: bool

    @property
    def all_known(self) -> bool:
        """Say that a person has nothing to see to."""
        lately = not self.is_replaced or (self.people_known and self.issues is not None)
        return self.erasures_known and self.opt_outs_known and lately


def known_by(file: Path) -> Known:
    """Tell what the SQLite database in a file knows, as far as it can be read; nothing where there is none."""
    if not is_there(file):
        return Known(facts={}, erased=frozenset(), opt_outs=())
    with open_store(f"sqlite:///{file}", check_schema=False) as store:
        facts, stones = rows_in(store, m.fact), rows_in(store, m.tombstone)
        return Known(
            facts=None if facts is None else {row.name: row.value for row in facts},
            erased=None if stones is None else frozenset(row.digest for row in stones),
            opt_outs=rows_in(store, m.opt_out),
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
        one_secret = SENDERS_FACT in before and facts.get(SENDERS_FACT) == before[SENDERS_FACT]
        issues, people_known, is_replaced = _carry_lately(store, database, one_secret=one_secret)
    return Carried(
        erased_again=again,
        erasures_known=known.erased is not None and not lost and (same_key or not known.erased),
        opt_outs_known=known.opt_outs is not None and (same_senders or not known.opt_outs),
        issues=issues,
        people_known=people_known,
        is_replaced=is_replaced,
    )


def _carry_lately(store: Store, database: Path, *, one_secret: bool) -> tuple[tuple[str, ...] | None, bool, bool]:
    """Carry over what went out and who may sign in, where the two were one database; nobody is signed in any more.

    Give the issues that were not here (None: not known), whether the people are known, and whether anything was there.
    """
    store.write(end_sessions)
    if not is_there(database):
        return None, False, False
    with open_store(f"sqlite:///{database}", check_schema=False) as old:
        if not is_same_line(store, old, one_secret=one_secret):
            return None, False, not is_empty(old)
        with store.reading() as session:
            held = frozenset(session.connection().execute(select(m.message.c.id)).scalars())
        published, people = published_by(old, held), people_of(old)
    if people is not None:
        store.write(lambda session: carry_people(session, people))
    issues = None if published is None else store.write(lambda session: carry_published(session, published, held))
    return issues, people is not None, True


def _key_of(file: Path) -> Path:
    return file.with_name(file.name + ENDING)


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
