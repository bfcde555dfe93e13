"""Facts: what the store knows by a name, such as when a backup was made; the last that was said of a name counts."""

from sqlalchemy import update
from sqlmodel import Session

from storage import models as m
from storage.sql import insert_once


def keep_fact(session: Session, name: str, value: str) -> None:
    """Write a fact down, in the place of what it said before."""
    fact = m.fact.c
    if insert_once(session, m.fact, {"name": name, "value": value}, fact.name) is None:
        session.connection().execute(update(m.fact).where(fact.name == name).values(value=value))
