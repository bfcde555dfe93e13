"""Which backups were made, so that an erasure can name those that still hold what is erased."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, update
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.sql import insert_once

_PREFIX = "backup "


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeBackup:
    """A backup: where it was written, and when."""

    file: Path
    made_at: datetime


def note_backup(store: Store, file: Path, *, now: datetime) -> None:
    """Write down that a backup was made; the last of a name counts."""
    row = {"name": f"{_PREFIX}{file.absolute()}", "value": now.isoformat()}

    def work(session: Session) -> None:
        if insert_once(session, m.fact, row, m.fact.c.name) is None:
            again = update(m.fact).where(m.fact.c.name == row["name"]).values(value=row["value"])
            session.connection().execute(again)

    store.write(work)


def backups(store: Store) -> tuple[MadeBackup, ...]:
    """Give the backups that were made, oldest first."""
    fact = m.fact.c
    made = select(fact.name, fact.value).where(fact.name.startswith(_PREFIX, autoescape=True))
    with store.reading() as session:
        return backups_among({name: value for name, value in session.connection().execute(made)})


def backups_among(facts: Mapping[str, str]) -> tuple[MadeBackup, ...]:
    """Give the backups that are noted among the facts of a database, oldest first."""
    noted = ((name.removeprefix(_PREFIX), at) for name, at in facts.items() if name.startswith(_PREFIX))
    found = (MadeBackup(file=Path(name), made_at=datetime.fromisoformat(at)) for name, at in noted)
    return tuple(sorted(found, key=lambda backup: backup.made_at))
