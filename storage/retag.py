"""Later verdicts: what they change while nobody has decided, and what they only propose afterwards.

Many messages are done together, table by table, and of each only what differs from what stands: a work over all that is
stored finds most verdicts as they were.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, update
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.forgetting import forgotten_among
from storage.loading import message_rows, tags_of
from storage.order import queue_rank
from storage.plain import Plain, read_plain, texts_plain
from storage.records import ReviewState, TagRecord, VerdictRecord
from storage.sql import insert_all, put_rows
from storage.verdicts import (
    RULES,
    disagrees,
    rule_hit_rows,
    statement_rows,
    tag_rows,
    verdict_row,
)

_SAYS_NOTHING = ("made_at", "rules_version")  # of a verdict: all else is what it says
_NUMBER, _VERSION = "number", "version_gone"  # names no column has: those of an update's are taken


@dataclass(frozen=True, kw_only=True, slots=True)
class _Renewed:
    """A message, its new verdict as record and as row, and whether that says something else than the one before."""

    row: Row[Any]
    verdict: VerdictRecord
    new: Plain
    changed: bool

    @property
    def rank(self) -> int:
        """Give its place in the queue."""
        return queue_rank(self.row.state, self.verdict.needs_person or self.row.drawn_check, self.verdict.disputed)

    @property
    def is_decided(self) -> bool:
        """Say whether a person has decided."""
        return bool(self.row.state != ReviewState.PENDING)


_Held = Mapping[int, Mapping[str, Row[Any]]]  # verdicts by message and version


def save_verdict(store: Store, message_id: int, verdict: VerdictRecord, *, now: datetime) -> bool:
    """Keep what a later run of the rules says, and tell whether that changed anything but the version.

    While nobody has decided, its tags count from now on. Where a person decided, their tags and statements stay, and
    the message is marked as disagreeing when the rules now say neither what the person says nor what they overruled.
    """
    return store.write(lambda session: renew(session, [(message_id, verdict)], now)) == 1


def renew(session: Session, verdicts: Sequence[tuple[int, VerdictRecord]], now: datetime) -> int:
    """Do what `save_verdict` does for many messages, inside a transaction; give how many it changed.

    A message of which a part was taken away since it was read stays as it is: a verdict quotes what it read.
    """
    rows = message_rows(session, [number for number, _ in verdicts])
    taken = forgotten_among(session, rows)
    held = _verdicts_of(session, [number for number in rows if number not in taken])
    renewed = [_renewed(rows[number], held, verdict, now) for number, verdict in verdicts if number not in taken]
    _keep_verdicts(session, renewed, held)
    changed = [one for one in renewed if one.changed]
    _put_hits(session, changed)
    _put_tags(session, [one for one in changed if not one.is_decided])
    _change(session, [_changes(one) for one in changed])
    _mark_disagreeing(session, [one for one in changed if one.is_decided], held)
    _note_versions(session, [one for one in renewed if not one.changed])
    return len(changed)


def _verdicts_of(session: Session, message_ids: Sequence[int]) -> _Held:
    held: dict[int, dict[str, Row[Any]]] = {number: {} for number in message_ids}
    theirs = select(m.verdict).where(m.verdict.c.message_id.in_(message_ids))
    for row in session.connection().execute(theirs):
        held[row.message_id][row.rules_version] = row
    return held


def _renewed(row: Row[Any], held: _Held, verdict: VerdictRecord, now: datetime) -> _Renewed:
    new = verdict_row(row.id, verdict, now)
    before = held[row.id].get(row.rules_version)
    changed = before is None or any(before._mapping[part] != new[part] for part in new if part not in _SAYS_NOTHING)
    return _Renewed(row=row, verdict=verdict, new=new, changed=changed)


def _keep_verdicts(session: Session, renewed: Sequence[_Renewed], held: _Held) -> None:
    """Put new verdicts beside those a person decided upon; any other goes, and one that says the same stays."""
    new = [one for one in renewed if one.changed or one.row.rules_version != one.verdict.rules_version]
    decided_upon = _decided_upon(session, [one.row.id for one in new])
    gone = [
        {_NUMBER: one.row.id, _VERSION: version}
        for one in new
        for version in held[one.row.id]
        if version == one.verdict.rules_version or (one.row.id, version) not in decided_upon
    ]
    if gone:
        row = m.verdict.c
        these = (row.message_id == bindparam(_NUMBER)) & (row.rules_version == bindparam(_VERSION))
        session.connection().execute(delete(m.verdict).where(these), gone)
    insert_all(session, m.verdict, [one.new for one in new])


def _decided_upon(session: Session, message_ids: Sequence[int]) -> frozenset[tuple[int, str]]:
    """Give the verdicts, by message and version, that a person decided upon."""
    event = m.decision.c
    theirs = select(event.message_id, event.rules_version).where(event.message_id.in_(message_ids)).distinct()
    if not message_ids:
        return frozenset()
    return frozenset((number, version) for number, version in session.connection().execute(theirs))


def _put_hits(session: Session, changed: Sequence[_Renewed]) -> None:
    rows = {
        one.row.id: rule_hit_rows(one.row.id, one.verdict, rank=one.rank, arrived_at=one.row.arrived_at)
        for one in changed
    }
    put_rows(session, m.rule_hit, rows)


def _put_tags(session: Session, waiting: Sequence[_Renewed]) -> None:
    tags = {
        one.row.id: tag_rows(one.row.id, one.verdict.tags, RULES, rank=one.rank, arrived_at=one.row.arrived_at)
        for one in waiting
    }
    put_rows(session, m.tag, tags)
    said = {one.row.id: statement_rows(one.row.id, one.verdict.statements, RULES) for one in waiting}
    put_rows(session, m.statement, said)


def _changes(one: _Renewed) -> Plain:
    """Give what changes in a message's row."""
    return {
        _NUMBER: one.row.id,
        "version": one.row.version + 1,
        "rules_version": one.verdict.rules_version,
        "confidence": one.verdict.confidence,
        "needs_person": one.verdict.needs_person,
        "disputed": one.verdict.disputed,
        "reasons": texts_plain(one.verdict.reasons),
        "queue_rank": one.rank,
    }


def _mark_disagreeing(session: Session, decided: Sequence[_Renewed], held: _Held) -> None:
    people = tags_of(session, [one.row.id for one in decided])
    _change(
        session,
        [{_NUMBER: one.row.id, "disagrees": _disagrees(one, people[one.row.id], held)} for one in decided],
    )


def _disagrees(one: _Renewed, person: Iterable[TagRecord], held: _Held) -> bool:
    seen = held[one.row.id].get(one.row.decided_version)
    overruled = None if seen is None else read_plain(TagRecord, seen.tags)
    if one.row.decided_version == one.verdict.rules_version:
        return False
    return disagrees(one.verdict.tags, person, overruled)


def _note_versions(session: Session, unchanged: Sequence[_Renewed]) -> None:
    newer = [one for one in unchanged if one.row.rules_version != one.verdict.rules_version]
    _change(session, [{_NUMBER: one.row.id, "rules_version": one.verdict.rules_version} for one in newer])


def _change(session: Session, changes: Sequence[Plain]) -> None:
    """Change rows of messages, each in the same columns."""
    if changes:
        session.connection().execute(update(m.message).where(m.message.c.id == bindparam(_NUMBER)), changes)
