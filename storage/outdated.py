"""Processes that run on with settings of before, since their settings file changed: each says so until it ends."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from storage import models as m
from storage.engine import Store
from storage.facts import keep_fact
from storage.owner import is_surely_dead, this_process

LONGEST_UNHEARD = timedelta(minutes=5)  # of a process on another machine: then it has ended
_PREFIX = "outdated "


@dataclass(frozen=True, kw_only=True, slots=True)
class Outdated:
    """A process that goes on with settings of before: what it is, on which machine, since when, and what changed."""

    what: str
    machine: str
    began_at: datetime
    words: str


def say_outdated(store: Store, one: Outdated, *, now: datetime) -> None:
    """Write down that this process is outdated; said again and again, so that one that was killed is not believed."""
    plain = asdict(one) | {"began_at": one.began_at.isoformat(), "at": now.isoformat()}
    store.note(lambda session: keep_fact(session, _PREFIX + this_process(), json.dumps(plain)))


def no_longer_outdated(store: Store) -> None:
    """Take back what this process said."""
    mine = delete(m.fact).where(m.fact.c.name == _PREFIX + this_process())
    store.note(lambda session: session.connection().execute(mine))


def outdated(store: Store, *, now: datetime) -> tuple[Outdated, ...]:
    """Give the processes that run on with settings of before, the oldest first."""
    fact = m.fact.c
    with store.reading() as session:
        rows = session.connection().execute(select(fact.name, fact.value).where(fact.name.startswith(_PREFIX)))
        said = [json.loads(row.value) for row in rows if not is_surely_dead(row.name.removeprefix(_PREFIX))]
    return tuple(
        sorted((_outdated(one) for one in said if _heard(one, now)), key=lambda one: (one.began_at, one.machine))
    )


def _heard(plain: Mapping[str, str], now: datetime) -> bool:
    return now - datetime.fromisoformat(plain["at"]) <= LONGEST_UNHEARD


def _outdated(plain: Mapping[str, str]) -> Outdated:
    began = datetime.fromisoformat(plain["began_at"])
    return Outdated(what=plain["what"], machine=plain["machine"], began_at=began, words=plain["words"])
