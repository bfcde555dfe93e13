"""The people who sign in: their accounts, their sessions, and the sign-ins that were refused."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.errors import LastAdministrator, NoSuchUser, UserExists
from storage.plain import Plain
from storage.records import REMOVED, User
from storage.sql import insert_all, insert_once

ADMINISTRATOR = "administrator"
DECIDING = ("reviewer", ADMINISTRATOR)
# Locked in order: of two administrators who shut each other out at once, the second is the last.
ADMINISTRATORS = (
    select(m.reviewer.c.id).where(m.reviewer.c.role == ADMINISTRATOR).order_by(m.reviewer.c.id).with_for_update()
)
_USED_AT_STEP = timedelta(minutes=1)  # a session's last use is written down so often at most: pages only read


def add_user(store: Store, name: str, password_hash: str, role: str, *, subject: str = "") -> User:
    """Add a person; raise UserExists when the name is taken, upper and lower case alike.

    Without a password hash they can come by single sign-on alone.
    """
    name = name.strip()
    row: Plain = {"name": name, "name_key": name_key(name), "role": role, "password_hash": password_hash}
    row |= {"keys_enabled": True, "subject": subject}
    user_id = store.write(lambda session: insert_once(session, m.reviewer, row, m.reviewer.c.id))
    if user_id is None:
        raise UserExists(name)
    return User(id=user_id, name=name, role=role, password_hash=password_hash, subject=subject)


def user_named(store: Store, name: str) -> User | None:
    """Give the person of that name, upper and lower case alike; None when there is none."""
    with store.reading() as session:
        found = session.connection().execute(select(m.reviewer).where(m.reviewer.c.name_key == name_key(name))).first()
    return None if found is None else _user(found)


def user_numbered(store: Store, user_id: int) -> User | None:
    """Give the person of that number; None when there is none."""
    with store.reading() as session:
        found = session.connection().execute(select(m.reviewer).where(m.reviewer.c.id == user_id)).first()
    return None if found is None else _user(found)


def user_of_subject(store: Store, subject: str) -> User | None:
    """Give the person whom the provider of single sign-on knows by this; None when there is none."""
    row = m.reviewer.c
    with store.reading() as session:
        known = select(m.reviewer).where(row.subject == subject, row.subject != "")
        found = session.connection().execute(known).first()
    return None if found is None else _user(found)


def set_subject(store: Store, user_id: int, subject: str) -> None:
    """Write down by what the provider of single sign-on knows a person."""
    _change(store, user_id, subject=subject)


def users(store: Store) -> tuple[User, ...]:
    """Give everybody, by name."""
    with store.reading() as session:
        found = session.connection().execute(select(m.reviewer).order_by(m.reviewer.c.name_key))
        return tuple(_user(row) for row in found)


def colleagues(store: Store) -> tuple[str, ...]:
    """Give the names of all who may decide: whom a message can be flagged for."""
    return tuple(user.name for user in users(store) if user.role in DECIDING)


def set_role(store: Store, user_id: int, role: str) -> None:
    """Change what a person may do. Raise NoSuchUser, LastAdministrator."""

    def work(session: Session) -> None:
        do, row = session.connection().execute, m.reviewer.c
        standing = do(ADMINISTRATORS).scalars().all()
        name = _name_of(session, user_id)
        if standing == [user_id] and role != ADMINISTRATOR:
            raise LastAdministrator(name)
        do(update(m.reviewer).where(row.id == user_id).values(role=role))

    store.write(work)


def follow_role(store: Store, user_id: int, role: str) -> None:
    """Change what a person may do to what their provider of single sign-on says, whoever is left."""
    _change(store, user_id, role=role)


def set_password_hash(store: Store, user_id: int, password_hash: str) -> None:
    """Change a person's password, and end their sessions: whoever knew the old one is out."""
    _change(store, user_id, password_hash=password_hash)
    close_sessions_of(store, user_id)


def remove_user(store: Store, user_id: int, *, now: datetime) -> None:
    """Shut a person out: no password, no session and no token of theirs opens anything from now on.

    The row stays, so that neither their name nor their subject makes a new account, and the history keeps its names.
    Raises NoSuchUser, LastAdministrator.
    """
    row, session_row, token = m.reviewer.c, m.reviewer_session, m.api_token

    def work(session: Session) -> None:
        do = session.connection().execute
        standing = do(ADMINISTRATORS).scalars().all()
        name = _name_of(session, user_id)
        if standing == [user_id]:
            raise LastAdministrator(name)
        do(update(m.reviewer).where(row.id == user_id).values(role=REMOVED, password_hash=""))
        do(delete(session_row).where(session_row.c.reviewer_id == user_id))
        do(update(token).where(token.c.reviewer_id == user_id, token.c.revoked_at.is_(None)).values(revoked_at=now))

    store.write(work)


def set_keys_enabled(store: Store, user_id: int, enabled: bool) -> None:
    """Switch a person's single-key shortcuts on or off (WCAG 2.1.4)."""
    _change(store, user_id, keys_enabled=enabled)


def open_session(store: Store, user_id: int, token_hash: str, *, now: datetime) -> None:
    """Begin a session; only a digest of its token is kept."""
    row = {"token_hash": token_hash, "reviewer_id": user_id, "opened_at": now, "used_at": now}
    store.write(lambda session: insert_all(session, m.reviewer_session, [row]))


def session_user(store: Store, token_hash: str, *, now: datetime, idle: timedelta, absolute: timedelta) -> User | None:
    """Give whose session this is, and count it as used; None when it was never opened, or is over.

    It is over `idle` after its last use (seen to the minute), and `absolute` after its beginning.
    """
    row, user = m.reviewer_session.c, m.reviewer
    mine = select(user, row.opened_at, row.used_at).join(user, row.reviewer_id == user.c.id)
    with store.reading() as session:
        allowed = mine.where(row.token_hash == token_hash, user.c.role != REMOVED)
        found = session.connection().execute(allowed).first()
    if found is None or now >= found.used_at + idle or now >= found.opened_at + absolute:
        return None
    if now - found.used_at >= min(_USED_AT_STEP, idle / 2):
        used = update(m.reviewer_session).where(row.token_hash == token_hash).values(used_at=now)
        store.note(lambda session: session.connection().execute(used))
    return _user(found)


def close_session(store: Store, token_hash: str) -> None:
    """End a session."""
    row = m.reviewer_session.c
    store.write(
        lambda session: session.connection().execute(delete(m.reviewer_session).where(row.token_hash == token_hash))
    )


def close_sessions_of(store: Store, user_id: int) -> None:
    """End all sessions of a person."""
    row = m.reviewer_session.c
    store.write(
        lambda session: session.connection().execute(delete(m.reviewer_session).where(row.reviewer_id == user_id))
    )


def forget_old_sessions(store: Store, *, before: datetime) -> int:
    """Remove sessions and refused sign-ins last touched before a moment; tell how many sessions."""

    def work(session: Any) -> int:
        do = session.connection().execute
        do(delete(m.failed_sign_in).where(m.failed_sign_in.c.at < before))
        return int(do(delete(m.reviewer_session).where(m.reviewer_session.c.used_at < before)).rowcount)

    return store.write(work)


def record_failed_sign_in(store: Store, name: str, *, now: datetime) -> None:
    """Write down that a sign-in under a name was refused."""
    row = {"name_key": name_key(name), "source": "", "at": now}
    store.write(lambda session: insert_all(session, m.failed_sign_in, [row]))


def failed_sign_ins_since(store: Store, name: str, since: datetime) -> int:
    """Count the refused sign-ins under a name since a moment."""
    row = m.failed_sign_in.c
    refused = select(func.count()).where(row.name_key == name_key(name), row.at >= since)
    with store.reading() as session:
        return int(session.connection().execute(refused).scalar_one())


def _change(store: Store, user_id: int, **changes: Any) -> None:
    changing = update(m.reviewer).where(m.reviewer.c.id == user_id).values(changes)
    if store.write(lambda session: session.connection().execute(changing).rowcount) == 0:
        raise NoSuchUser(user_id)


def _name_of(session: Session, user_id: int) -> str:
    row = m.reviewer.c
    name: str | None = session.connection().execute(select(row.name).where(row.id == user_id)).scalar()
    if name is None:
        raise NoSuchUser(user_id)
    return name


def name_key(name: str) -> str:
    """Give that by which a name is known again: without regard to case, and cut short."""
    return name.strip().casefold()[:200]


def _user(row: Row[Any]) -> User:
    return User(
        id=row.id,
        name=row.name,
        role=row.role,
        password_hash=row.password_hash,
        keys_enabled=row.keys_enabled,
        subject=row.subject,
    )
