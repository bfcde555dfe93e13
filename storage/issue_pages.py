"""For the page of a month's digests: what has changed in the messages since an issue was frozen."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storage import models as m
from storage.decisions import FLAG, PUBLISH, WITHDRAW
from storage.engine import Store
from storage.records import Issue


@dataclass(frozen=True, kw_only=True, slots=True)
class SinceIssue:
    """Messages by number: those that a later issue would count and this did not, the reverse, and those decided since.

    `decided` are messages of the issue on which a person decided, or took a decision back, after it was frozen.
    """

    added: tuple[int, ...]
    removed: tuple[int, ...]
    decided: tuple[int, ...]


def since_issue(store: Store, issue: Issue, start: datetime, end: datetime) -> SinceIssue:
    """Compare an issue with the messages that arrived from `start` up to, not including, `end`, as they are now."""
    row = m.message.c
    arrived = [row.arrived_at >= start, row.arrived_at < end, func.coalesce(row.probable_copy_of, 0) == 0]
    here = [*arrived, row.account == issue.account] if issue.account else arrived
    event = m.decision.c
    since = select(event.message_id).join(m.message, event.message_id == row.id).distinct()
    later = since.where(*here, event.at > issue.issued_at, event.action.not_in((FLAG, PUBLISH, WITHDRAW)))
    with store.snapshot() as session:
        do = session.connection().execute
        now, changed = set(do(select(row.id).where(*here)).scalars()), set(do(later).scalars())
    before = frozenset(issue.message_ids)
    return SinceIssue(
        added=tuple(sorted(now - before)),
        removed=tuple(sorted(before - now)),
        decided=tuple(sorted(changed & before)),
    )
