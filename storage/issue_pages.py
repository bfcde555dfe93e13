"""For the page of a month's digests: what has changed in the messages since an issue was frozen."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storage import models as m
from storage.engine import Store
from storage.records import Issue


@dataclass(frozen=True, kw_only=True, slots=True)
class SinceIssue:
    """Messages by number: those that a later issue would count and this did not, the reverse, and those decided since.

    `decided` are messages of the issue on which a person decided after it was frozen.
    """

    added: tuple[int, ...]
    removed: tuple[int, ...]
    decided: tuple[int, ...]


def since_issue(store: Store, issue: Issue, start: datetime, end: datetime) -> SinceIssue:
    """Compare an issue with the messages that arrived from `start` up to, not including, `end`, as they are now."""
    row = m.message.c
    counted = select(row.id, row.reviewed_at).where(
        row.arrived_at >= start, row.arrived_at < end, func.coalesce(row.probable_copy_of, 0) == 0
    )
    if issue.account:
        counted = counted.where(row.account == issue.account)
    with store.reading() as session:
        now = {one.id: one.reviewed_at for one in session.connection().execute(counted)}
    before = frozenset(issue.message_ids)
    decided = (number for number, at in now.items() if number in before and at is not None and at > issue.issued_at)
    return SinceIssue(
        added=tuple(sorted(now.keys() - before)),
        removed=tuple(sorted(before - now.keys())),
        decided=tuple(sorted(decided)),
    )
