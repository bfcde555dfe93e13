"""For a rule's page: how often it matched, and what people kept of what it proposed.

Where mailboxes have rules of their own, each looks at the messages that its rules read: the same name may be another
rule there.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, Select, func, select
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.loading import queue_rows, tags_of
from storage.plain import read_plain
from storage.records import HitRecord, QueueRow, ReviewState, TagRecord
from storage.sql import in_chunks
from storage.verdicts import tag_values

MOST_JUDGED = 500  # the latest decided messages that a rule's page looks at
MOST_CORRECTED = 1000  # the latest corrected messages in which rules are counted that people overruled
ASKED = "asked"  # the role of a hit that counted


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadBy:
    """The messages that some rules read: those of the mailbox `account`, or ("") of all mailboxes but `others`."""

    account: str = ""
    others: tuple[str, ...] = ()

    def holds(self) -> list[ColumnElement[bool]]:
        """Give the condition on a message; none where all messages are meant."""
        row = m.message.c
        if self.account:
            return [row.account == self.account]
        return [row.account.not_in(self.others)] if self.others else []


ALL = ReadBy()


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleRecord:
    """How one rule did: `judged` of the latest decided messages had a tag of its proposing, people kept `agreed`.

    `by_account` splits the messages by the mailbox they came by; it is left out where all messages are looked at.
    """

    messages: int
    by_account: tuple[tuple[str, int], ...]
    judged: int
    agreed: int
    overruled: tuple[QueueRow, ...]


def hit_counts(store: Store, read_by: ReadBy = ALL) -> dict[str, int]:
    """Count the messages in which each rule matched, by their latest verdicts."""
    row = m.rule_hit.c
    counted = select(row.rule, func.count()).select_from(_hits(read_by)).where(*read_by.holds()).group_by(row.rule)
    with store.reading() as session:
        return {rule: int(many) for rule, many in session.connection().execute(counted)}


def _hits(read_by: ReadBy) -> FromClause:
    """Give the matches of rules, beside their messages where these say whether they are meant."""
    return m.rule_hit.join(m.message, m.rule_hit.c.message_id == m.message.c.id) if read_by.holds() else m.rule_hit


def rule_record(store: Store, rule: str, read_by: ReadBy = ALL) -> RuleRecord:
    """Tell how a rule did on the latest messages that people decided, by the verdicts that they saw."""
    with store.reading() as session:
        do = session.connection().execute
        messages, by_account = _matched(session, rule, read_by)
        judged = _judged(session, rule, read_by)
        wrong = [number for number, kept in judged if not kept]
        rows = do(select(m.message).where(m.message.c.id.in_(wrong)).order_by(m.message.c.arrived_at.desc())).all()
        overruled = queue_rows(session, rows)
    return RuleRecord(
        messages=messages,
        by_account=by_account,
        judged=len(judged),
        agreed=len(judged) - len(wrong),
        overruled=overruled,
    )


def overruled_counts(store: Store, read_by: ReadBy = ALL) -> dict[str, int]:
    """Count by rule the messages, of the latest that people corrected, in which a tag that it spoke for was dropped."""
    row, said = m.message.c, m.verdict.c
    seen = (said.message_id == row.id) & (said.rules_version == row.decided_version)
    corrected = (
        select(row.id, said.tags, said.hits)
        .select_from(m.message.join(m.verdict, seen))
        .where(row.state == ReviewState.CORRECTED, *read_by.holds())
        .order_by(row.queue_rank.desc(), row.arrived_at.desc(), row.id.desc())
        .limit(MOST_CORRECTED)
    )
    overruled: Counter[str] = Counter()
    with store.reading() as session:
        rows = session.connection().execute(corrected).all()
        for some in in_chunks(rows, MOST_JUDGED):
            kept = tags_of(session, [one.id for one in some])
            for one in some:
                dropped = tag_values(read_plain(TagRecord, one.tags)) - tag_values(kept[one.id])
                overruled.update(_spoke_for(read_plain(HitRecord, one.hits), dropped))
    return overruled


def _spoke_for(hits: Iterable[HitRecord], tags: Collection[tuple[str, str]]) -> set[str]:
    return {hit.rule for hit in hits if hit.role == ASKED and (hit.dimension, hit.value) in tags}


def _matched(session: Session, rule: str, read_by: ReadBy) -> tuple[int, tuple[tuple[str, int], ...]]:
    """Give in how many messages a rule matched, and how many of them came by each mailbox."""
    do, row = session.connection().execute, m.message.c
    here = m.rule_hit.c.rule == rule
    if not read_by.holds():
        return int(do(select(func.count()).where(here)).scalar_one()), ()
    counted = select(row.account, func.count()).select_from(_hits(read_by)).where(here, *read_by.holds())
    found = do(counted.group_by(row.account).order_by(row.account)).all()
    return sum(many for _, many in found), tuple((account, int(many)) for account, many in found)


def ids_read_by(store: Store, read_by: ReadBy) -> tuple[int, ...]:
    """Give the numbers of the messages that some rules read, ascending."""
    row = m.message.c
    with store.reading() as session:
        wanted = select(row.id).where(*read_by.holds()).order_by(row.id)
        return tuple(session.connection().execute(wanted).scalars())


def ids_since(store: Store, since: datetime, read_by: ReadBy = ALL) -> tuple[int, ...]:
    """Give the numbers of the messages that arrived since a moment, oldest first; probable copies are left out."""
    row = m.message.c
    wanted = (
        select(row.id)
        .where(row.arrived_at >= since, func.coalesce(row.probable_copy_of, 0) == 0, *read_by.holds())
        .order_by(row.arrived_at)
    )
    with store.reading() as session:
        return tuple(session.connection().execute(wanted).scalars())


def _judged(session: Session, rule: str, read_by: ReadBy) -> list[tuple[int, bool]]:
    """Give (message, whether the person kept every tag that the rule spoke for)."""
    here, row, said = m.rule_hit.c, m.message.c, m.verdict.c
    seen = (said.message_id == row.id) & (said.rules_version == row.decided_version)
    decided: Select[Any] = (
        select(row.id, said.tags, said.hits)
        .select_from(m.rule_hit.join(m.message, here.message_id == row.id).join(m.verdict, seen))
        .where(here.rule == rule, row.state != ReviewState.PENDING, *read_by.holds())
        .order_by(here.queue_rank.desc(), here.arrived_at.desc(), here.message_id.desc())
        .limit(MOST_JUDGED)
    )
    rows: Sequence[Row[Any]] = session.connection().execute(decided).all()
    kept = tags_of(session, [one.id for one in rows])
    found = []
    for one in rows:
        hits = read_plain(HitRecord, one.hits)
        spoke = {(hit.dimension, hit.value) for hit in hits if hit.rule == rule and hit.role == ASKED}
        proposed = spoke & tag_values(read_plain(TagRecord, one.tags))
        if proposed:
            found.append((one.id, proposed <= tag_values(kept[one.id])))
    return found
