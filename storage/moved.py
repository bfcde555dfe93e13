"""The mark in a file whose rows were all moved to another database: nothing is to be kept in it any more."""

import json
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session

from storage import models as m
from storage.errors import StorageMoved
from storage.order import LONDON
from storage.sql import insert_once

MOVED = "moved to"  # a fact's name


def mark_moved(session: Session, to: str, *, now: datetime) -> None:
    """Write down where everything was moved to, in the transaction that saw it moved."""
    value = json.dumps({"to": to, "at": now.isoformat()})
    insert_once(session, m.fact, {"name": MOVED, "value": value}, m.fact.c.name)


def check_not_moved(session: Session) -> None:
    """Raise StorageMoved where the mark stands: also in a service that began before the move and goes on."""
    value = session.connection().execute(select(m.fact.c.value).where(m.fact.c.name == MOVED)).scalar()
    if value is not None:
        mark = json.loads(value)
        at = datetime.fromisoformat(mark["at"]).astimezone(LONDON)
        raise StorageMoved(mark["to"], f"{at:%-d %B %Y}")


def unmark(session: Session) -> bool:
    """Take the mark away; False where none stood."""
    return session.connection().execute(delete(m.fact).where(m.fact.c.name == MOVED)).rowcount == 1
