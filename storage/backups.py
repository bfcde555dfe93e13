"""Which backups were made, so that an erasure can name those that still hold what is erased."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from storage import models as m
from storage.engine import Store
from storage.facts import keep_fact

_PREFIX = "backup "


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeBackup:
    """A backup: where it was written, and when."""

    file: Path
    made_at: datetime


def note_backup(store: Store, file: Path, *, now: datetime) -> None:
    """Write down that a backup was made; the last of a name counts."""
    store.write(lambda session: keep_fact(session, f"{_PREFIX}{file.absolute()}", now.isoformat()))


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
