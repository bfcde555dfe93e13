"""Tokens with which scripts ask in a person's name: only a digest of each is kept, and none is ever deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.errors import NoSuchToken
from storage.records import REMOVED, User
from storage.sql import insert_once

_USED_AT_STEP = timedelta(minutes=1)  # a token's last use is written down so often at most


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A token: whose it is, what it is for, what it may do, and when it was made, last used and revoked."""

    id: int
    user_id: int
    user_name: str
    name: str
    scopes: tuple[str, ...]
    made_at: datetime
    made_by: str
    used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenHolder:
    """A person who asks by a token."""

    user: User
    token: Token


def add_token(
    store: Store, user_id: int, *, name: str, scopes: Sequence[str], token_hash: str, who: str, now: datetime
) -> Token:
    """Keep a new token of a person by its digest."""
    row = {"reviewer_id": user_id, "name": name, "scopes": list(scopes), "token_hash": token_hash}
    row |= {"made_at": now, "made_by": who}

    def work(session: Session) -> Token:
        token_id = insert_once(session, m.api_token, row, m.api_token.c.id)
        return _token(session.connection().execute(_joined().where(m.api_token.c.id == token_id)).one())

    return store.write(work)


def tokens(store: Store) -> tuple[Token, ...]:
    """Give every token, those that stand first, then by person and age."""
    row = m.api_token.c
    in_order = _joined().order_by(row.revoked_at.is_not(None), m.reviewer.c.name_key, row.id)
    with store.reading() as session:
        return tuple(_token(one) for one in session.connection().execute(in_order))


def token_holder(store: Store, token_hash: str, *, now: datetime) -> TokenHolder | None:
    """Give whose token this is, and note that it was used (to the minute); None for none, or a revoked one."""
    row = m.api_token.c
    holds = (row.token_hash == token_hash, row.revoked_at.is_(None), m.reviewer.c.role != REMOVED)
    standing = _joined().where(*holds)
    with store.reading() as session:
        found = session.connection().execute(standing).first()
    if found is None:
        return None
    if found.used_at is None or now - found.used_at >= _USED_AT_STEP:
        used = update(m.api_token).where(row.id == found.id).values(used_at=now)
        store.note(lambda session: session.connection().execute(used))
    user = User(
        id=found.reviewer_id,
        name=found.user_name,
        role=found.role,
        password_hash="",
        keys_enabled=found.keys_enabled,
    )
    return TokenHolder(user=user, token=_token(found))


def revoke_token(store: Store, token_id: int, *, now: datetime) -> None:
    """Make a token worthless; raise NoSuchToken when there is none that stands."""
    row = m.api_token.c
    revoking = update(m.api_token).where(row.id == token_id, row.revoked_at.is_(None)).values(revoked_at=now)
    if store.write(lambda session: session.connection().execute(revoking).rowcount) == 0:
        raise NoSuchToken(token_id)


def _joined() -> Any:
    user = m.reviewer.c
    columns = (user.name.label("user_name"), user.role, user.keys_enabled)
    return select(m.api_token, *columns).join(m.reviewer, m.api_token.c.reviewer_id == user.id)


def _token(row: Row[Any]) -> Token:
    return Token(
        id=row.id,
        user_id=row.reviewer_id,
        user_name=row.user_name,
        name=row.name,
        scopes=tuple(row.scopes),
        made_at=row.made_at,
        made_by=row.made_by,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )
