"""Who may sign in, carried from a database that a backup replaces: what was changed since is not undone by it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.replaced import Rows, rows_in
from storage.sql import insert_once


@dataclass(frozen=True, kw_only=True, slots=True)
class People:
    """The people of a database, and the tokens of their scripts."""

    people: Rows
    tokens: Rows


def people_of(old: Store) -> People | None:
    """Tell who may sign in to a database; None: it could not be read."""
    people, tokens = rows_in(old, m.reviewer), rows_in(old, m.api_token)
    return None if people is None or tokens is None else People(people=people, tokens=tokens)


def carry_people(session: Session, known: People) -> None:
    """Have roles, passwords, single sign-on and tokens as they were last."""
    do, row = session.connection().execute, m.reviewer.c
    do(update(m.reviewer).values(subject=""))  # lest one that has moved on to another person stands twice meanwhile
    numbers = {}
    for person in known.people:
        values = {name: value for name, value in person._mapping.items() if name != "id"}
        key = insert_once(session, m.reviewer, values, row.id)
        if key is None:
            do(update(m.reviewer).where(row.name_key == person.name_key).values(values))
            key = do(select(row.id).where(row.name_key == person.name_key)).scalar_one()
        numbers[person.id] = int(key)
    _carry_tokens(session, known.tokens, numbers)


def end_sessions(session: Session) -> None:
    """End every session that a backup holds: who has signed out, or was shut out, since is not in again."""
    session.connection().execute(delete(m.reviewer_session))


def _carry_tokens(session: Session, tokens: Rows, numbers: Mapping[int, int]) -> None:
    row = m.api_token.c
    for token in tokens:
        values = {name: value for name, value in token._mapping.items() if name != "id"}
        values["reviewer_id"] = numbers[token.reviewer_id]
        if insert_once(session, m.api_token, values, row.id) is None:
            same = update(m.api_token).where(row.token_hash == token.token_hash)
            session.connection().execute(same.values(used_at=token.used_at, revoked_at=token.revoked_at))
