"""The queue's own tables on PostgreSQL (Procrastinate's), made and brought along by the same upgrade as ours.

Procrastinate delivers a script for a new database and one for each change, named so that they sort; it keeps no record
of what was run, so a fact does. A script named "pre" leaves older workers working; one named "post" takes away what
only they used, and waits until an upgrade is told to finish.
"""

import json
from collections.abc import Collection, Sequence
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from storage.engine import Store

_FACT = "job tables"
_AFTER = "_post_"  # in the name of a script that older workers do not outlive


def bring_up(session: Session, *, finish: bool) -> None:
    """Make the tables, or run the scripts that are due: inside the caller's transaction. PostgreSQL only."""
    done = scripts_done(session)
    if not _stand(session):
        _run(session, (_folder() / "schema.sql").read_text(encoding="utf-8"))
        done = known_scripts()
    for name in scripts_due(known_scripts(), done, finish=finish):
        _run(session, (_folder() / "migrations" / name).read_text(encoding="utf-8"))
        done = (*done, name)
    _write_down(session, done)


def scripts_due(known: Sequence[str], done: Collection[str], *, finish: bool) -> tuple[str, ...]:
    """Name the scripts to run, in their order: those at the end that older workers do not outlive wait. Pure."""
    left = [name for name in sorted(known) if name not in done]
    while left and not finish and _AFTER in left[-1]:
        left.pop()
    return tuple(left)


def scripts_left(store: Store) -> tuple[str, ...]:
    """Name the scripts that were not run yet: all of them when there are no tables, none on SQLite."""
    if not store.on_postgresql:
        return ()
    with store.reading() as session:
        done = scripts_done(session) if _stand(session) else ()
    return scripts_due(known_scripts(), done, finish=True)


def known_scripts() -> tuple[str, ...]:
    """Name the scripts of the Procrastinate that is installed."""
    return tuple(sorted(path.name for path in (_folder() / "migrations").glob("*.sql")))


def scripts_done(session: Session) -> tuple[str, ...]:
    """Name the scripts that were run on this database."""
    found = session.connection().execute(text("SELECT value FROM fact WHERE name = :name"), {"name": _FACT}).scalar()
    return tuple(json.loads(str(found))) if found else ()


def _stand(session: Session) -> bool:
    return bool(session.connection().execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar())


def _run(session: Session, script: str) -> None:
    """Run many statements at once, as the driver does when it is handed no parameters."""
    session.connection().connection.cursor().execute(script)


def _write_down(session: Session, done: Collection[str]) -> None:
    do = session.connection().execute
    do(text("DELETE FROM fact WHERE name = :name"), {"name": _FACT})
    do(text("INSERT INTO fact (name, value) VALUES (:name, :done)"), {"name": _FACT, "done": json.dumps(sorted(done))})


def _folder() -> Path:
    """Give the folder of the scripts, without importing the library: it costs a quarter of a second."""
    found = find_spec("procrastinate")
    if found is None or found.origin is None:
        raise RuntimeError("Procrastinate is not installed")
    return Path(found.origin).parent / "sql"
