"""A later verdict: what it changes while nobody has decided, and what it only proposes afterwards."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.loading import message_row, tags_of
from storage.order import queue_rank
from storage.plain import Plain, read_plain, texts_plain
from storage.records import ReviewState, TagRecord, VerdictRecord
from storage.sql import insert_all
from storage.verdicts import (
    RULES,
    rule_hit_rows,
    statement_rows,
    tag_rows,
    tag_values,
    verdict_row,
)


def save_verdict(store: Store, message_id: int, verdict: VerdictRecord, *, now: datetime) -> bool:
    """Keep what a later run of the rules says, and tell whether that changed anything but the version.

    While nobody has decided, its tags count from now on. Where a person decided, their tags and statements stay, and
    the message is marked as disagreeing when the rules now say neither what the person says nor what they overruled.
    """
    return store.write(lambda session: renew(session, message_id, verdict, now))


def replace_tags(session: Session, message_id: int, tags: list[Plain], statements: list[Plain]) -> None:
    """Put the tags and statements that count in the place of those before."""
    for table in (m.tag, m.statement):
        session.connection().execute(delete(table).where(table.c.message_id == message_id))
    insert_all(session, m.tag, tags)
    insert_all(session, m.statement, statements)


def renew(session: Session, message_id: int, verdict: VerdictRecord, now: datetime) -> bool:
    """Do what `save_verdict` does, inside a transaction."""
    do = session.connection().execute
    row = message_row(session, message_id)
    here = (m.verdict.c.message_id == message_id) & (m.verdict.c.rules_version == row.rules_version)
    before = do(select(m.verdict).where(here)).one()
    new = verdict_row(message_id, verdict, now)
    _keep_verdict(session, row, new)
    changed = any(getattr(before, part) != new[part] for part in new if part not in ("made_at", "rules_version"))
    changes: Plain = {"rules_version": verdict.rules_version}
    if changed:
        changes |= _changes(session, row, verdict)
    do(update(m.message).where(m.message.c.id == message_id).values(changes))
    return changed


def _keep_verdict(session: Session, row: Row[Any], new: Plain) -> None:
    """Put the new verdict beside those a person decided upon; any other goes."""
    decided_upon = select(m.decision.c.rules_version).where(m.decision.c.message_id == row.id)
    mine = m.verdict.c.message_id == row.id
    goes = m.verdict.c.rules_version.not_in(decided_upon) | (m.verdict.c.rules_version == new["rules_version"])
    session.connection().execute(delete(m.verdict).where(mine, goes))
    insert_all(session, m.verdict, [new])


def _changes(session: Session, row: Row[Any], verdict: VerdictRecord) -> Plain:
    """Give what changes in the message's row; its tags and rule hits are replaced on the way."""
    rank = queue_rank(row.state, verdict.needs_person or row.drawn_check, verdict.disputed)
    _replace_hits(session, row, verdict, rank)
    changes: Plain = {
        "version": row.version + 1,
        "confidence": verdict.confidence,
        "needs_person": verdict.needs_person,
        "disputed": verdict.disputed,
        "reasons": texts_plain(verdict.reasons),
        "queue_rank": rank,
    }
    if row.state != ReviewState.PENDING:
        return changes | {"disagrees": _disagrees(session, row, verdict)}
    tags = tag_rows(row.id, verdict.tags, RULES, rank=rank, arrived_at=row.arrived_at)
    replace_tags(session, row.id, tags, statement_rows(row.id, verdict.statements, RULES))
    return changes


def _replace_hits(session: Session, row: Row[Any], verdict: VerdictRecord, rank: int) -> None:
    session.connection().execute(delete(m.rule_hit).where(m.rule_hit.c.message_id == row.id))
    insert_all(session, m.rule_hit, rule_hit_rows(row.id, verdict, rank=rank, arrived_at=row.arrived_at))


def _disagrees(session: Session, row: Row[Any], verdict: VerdictRecord) -> bool:
    """Say whether the rules say something that this message's reviewer has neither said nor overruled."""
    says = tag_values(verdict.tags)
    if says == tag_values(tags_of(session, (row.id,))[row.id]):
        return False
    seen = (m.verdict.c.message_id == row.id) & (m.verdict.c.rules_version == row.decided_version)
    overruled = session.connection().execute(select(m.verdict.c.tags).where(seen)).scalar()
    return overruled is None or says != tag_values(read_plain(TagRecord, overruled))
