"""The quotes of a month's decided messages, for whoever says which of them may be published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.forgetting import Part
from storage.loading import statements_of, tags_of
from storage.months import TRIAGE, counted_here
from storage.records import ReviewState, StatementRecord, TagRecord
from storage.sql import in_chunks

CHUNK = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class QuotedMessage:
    """A decided message that states something.

    `sender` is "Ann Writer <ann.writer@example.org>", and behind it <address> of who wrote what that one forwarded.
    """

    id: int
    version: int
    arrived_at: datetime
    sender: str
    tags: tuple[TagRecord, ...]
    statements: tuple[StatementRecord, ...]

    @property
    def published(self) -> bool:
        """Say whether any of its quotes may be published."""
        return any(said.quotable for said in self.statements)


def quoted_messages(store: Store, start: datetime, end: datetime) -> tuple[QuotedMessage, ...]:
    """Give the users' messages of a period that a person has decided on and that state a use or a decision.

    They come in the order of arrival. What is no user's mail, and probable copies, no digest quotes: they are left out,
    as are those whose words retention or an erasure took.
    """
    row = m.message.c
    states = exists().where(m.statement.c.message_id == row.id)
    taken = exists().where(m.forgotten.c.message_id == row.id, m.forgotten.c.part == Part.TEXT)
    wanted = select(row.id).where(counted_here(start, end), row.state != ReviewState.PENDING, states, ~taken)
    with store.snapshot() as session:
        ids = session.connection().execute(wanted.order_by(row.arrived_at, row.id)).scalars().all()
        return tuple(one for some in in_chunks(ids, CHUNK) for one in _quoted(session, some))


def _quoted(session: Session, ids: Sequence[int]) -> list[QuotedMessage]:
    tags, statements = tags_of(session, ids), statements_of(session, ids)
    row = m.message.c
    some = select(m.message).where(row.id.in_(ids)).order_by(row.arrived_at, row.id)
    return [
        QuotedMessage(
            id=one.id,
            version=one.version,
            arrived_at=one.arrived_at,
            sender=f"{one.sender_name} <{one.sender_address}> <{one.user_address}>".strip(),
            tags=tags[one.id],
            statements=statements[one.id],
        )
        for one in session.connection().execute(some)
        if TRIAGE in {(tag.dimension, tag.value) for tag in tags[one.id]}
    ]
