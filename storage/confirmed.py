"""Messages that people have decided, with what the rules say of them today: what a second opinion learns from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.loading import tags_of
from storage.records import ReviewState, TagRecord, VerdictRecord
from storage.rule_pages import ALL, ReadBy
from storage.verdicts import read_verdict

PORTION = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmedMessage:
    """A message that a person has confirmed or corrected: its zones' kinds, the latest verdict, the person's tags."""

    id: int
    sender: str
    zones: tuple[str, ...]
    verdict: VerdictRecord
    tags: tuple[TagRecord, ...]


def confirmed_messages(store: Store, read_by: ReadBy = ALL) -> Iterator[ConfirmedMessage]:
    """Give all decided messages that some rules read, in the order in which they were stored.

    The team's own mail and copies are left out.
    """
    last = 0
    while True:
        with store.reading() as session:
            rows = _decided(session, last, read_by)
            found = tuple(_confirmed(session, rows))
        if not rows:
            return
        yield from found
        last = rows[-1].id


def _decided(session: Session, after: int, read_by: ReadBy) -> Sequence[Row[Any]]:
    row, said = m.message.c, m.verdict.c
    columns: Select[Any] = (
        select(row.id, row.user_address, row.sender_address, m.message_text.c.zones.label("zones"), *_VERDICT)
        .join(m.verdict, (said.message_id == row.id) & (said.rules_version == row.rules_version))
        .join(m.message_text, m.message_text.c.message_id == row.id)
        .where(row.id > after, row.state != ReviewState.PENDING, *read_by.holds())
        .where(row.from_team.is_(False), row.probable_copy_of.is_(None))
    )
    return session.connection().execute(columns.order_by(row.id).limit(PORTION)).all()


_VERDICT = tuple(column for column in m.verdict.c if column.name not in ("message_id", "made_at"))


def _confirmed(session: Session, rows: Sequence[Row[Any]]) -> Iterator[ConfirmedMessage]:
    tags = tags_of(session, [row.id for row in rows])
    for row in rows:
        yield ConfirmedMessage(
            id=row.id,
            sender=(row.user_address or row.sender_address).lower(),
            zones=tuple(zone["kind"] for zone in row.zones),
            verdict=read_verdict(row._asdict()),
            tags=tags[row.id],
        )
