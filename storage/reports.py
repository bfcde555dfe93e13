"""For digests: the messages of a period as they count, what the figures rest on, and the issues that are frozen."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select, tuple_
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.errors import IssueTaken
from storage.loading import statements_of, tags_of
from storage.plain import read_plain
from storage.records import CountedMessage, Coverage, HitRecord, Issue, ReviewState, Saved, TagRecord
from storage.senders import sender_key, sender_secret
from storage.sql import in_chunks, insert_all, insert_once

CHUNK = 500


def counted_messages(store: Store, start: datetime, end: datetime, account: str | None) -> Iterator[CountedMessage]:
    """Give the messages that arrived from `start` up to, not including, `end`, in the order of arrival.

    Probable copies of another message are left out. `proposed` and `hits` are of the verdict that the person saw, or
    of the latest where nobody has decided. All come from one state of the database.
    """
    with store.snapshot() as session:
        secret = sender_secret(store)
        after: tuple[datetime, str] | None = None
        while rows := _next_rows(session, start, end, account, after):
            yield from _counted(session, rows, secret)
            after = rows[-1].arrived_at, rows[-1].mail_sha256


def coverage(store: Store, start: datetime, end: datetime, account: str | None) -> Coverage:
    """Tell what became of all that arrived from `start` up to, not including, `end`."""
    row = m.message.c
    with store.snapshot() as session:
        do = session.connection().execute
        reviewed = func.sum(case((row.state != ReviewState.PENDING, 1), else_=0))
        copies = func.count(row.probable_copy_of)
        messages = select(func.count(), reviewed, copies).where(_arrived(row.arrived_at, start, end))
        if account is not None:
            messages = messages.where(row.account == account)
        stored, decided, copied = do(messages).one()
        duplicates = do(_placed(m.slot, start, end, account).where(m.slot.c.outcome == Saved.DUPLICATE)).scalar_one()
        waits = m.set_aside.c.released_as.is_(None)
        aside = do(_placed(m.set_aside, start, end, account).where(waits)).scalar_one()
    return Coverage(
        seen=stored + duplicates + aside,
        stored=stored,
        set_aside=aside,
        duplicates=duplicates,
        reviewed=decided or 0,
        copies=copied,
    )


def first_held(store: Store, start: datetime, end: datetime, account: str | None) -> datetime | None:
    """Tell since when something is held of what arrived from `start` up to, not including, `end`; None when nothing is.

    What lay elsewhere already counts from when it was seen at this account, what was set aside from its first try.
    """
    row, slot, aside = m.message.c, m.slot.c, m.set_aside.c
    stored = select(func.min(row.stored_at)).where(_arrived(row.arrived_at, start, end))
    if account is not None:
        stored = stored.where(row.account == account)
    seen = _placed(m.slot, start, end, account, func.min(slot.seen_at)).where(slot.outcome == Saved.DUPLICATE)
    tried = _placed(m.set_aside, start, end, account, func.min(aside.first_tried_at))
    with store.snapshot() as session:
        moments = [session.connection().execute(each).scalar_one() for each in (stored, seen, tried)]
    return min((moment for moment in moments if moment is not None), default=None)


def newest_arrival(store: Store) -> datetime | None:
    """Tell when the newest message arrived; None when there is none."""
    row = m.message.c
    with store.reading() as session:
        newest: datetime | None = (
            session.connection().execute(select(row.arrived_at).order_by(row.arrived_at.desc()).limit(1)).scalar()
        )
    return newest


def issues(store: Store, month: str = "", account: str | None = None) -> tuple[Issue, ...]:
    """Give the issues of a month (or all), by number; `account` None means those over all mailboxes."""
    row = m.digest_issue.c
    wanted = select(m.digest_issue).where(row.account == (account or ""))
    if month:
        wanted = wanted.where(row.month == month)
    with store.reading() as session:
        found = session.connection().execute(wanted.order_by(row.month, row.number)).all()
        return tuple(_issue(session, one) for one in found)


def issued_months(store: Store, account: str | None = None) -> tuple[str, ...]:
    """Name the months that have an issue, in order; `account` None means those over all mailboxes."""
    row = m.digest_issue.c
    months = select(row.month).where(row.account == (account or "")).distinct().order_by(row.month)
    with store.reading() as session:
        return tuple(session.connection().execute(months).scalars())


def first_issued(store: Store, account: str | None = None) -> dict[str, datetime]:
    """Tell when each month was issued first; `account` None means those over all mailboxes."""
    row = m.digest_issue.c
    wanted = select(row.month, func.min(row.issued_at)).where(row.account == (account or "")).group_by(row.month)
    with store.reading() as session:
        return {month: at for month, at in session.connection().execute(wanted)}


def issue_statuses(store: Store, account: str | None = None) -> dict[str, str]:
    """Give the status of each month's newest issue, by month; `account` None means those over all mailboxes."""
    row = m.digest_issue.c
    wanted = select(row.month, row.status).where(row.account == (account or "")).order_by(row.month, row.number)
    with store.reading() as session:
        return {month: status for month, status in session.connection().execute(wanted)}


def issue_accounts(store: Store) -> tuple[str, ...]:
    """Name the accounts that have an issue, in order; an empty name stands for those over all mailboxes."""
    row = m.digest_issue.c
    with store.reading() as session:
        return tuple(session.connection().execute(select(row.account).distinct().order_by(row.account)).scalars())


def issues_of_months_issued_since(store: Store, since: datetime) -> tuple[Issue, ...]:
    """Give every issue of each month of which one was made lately, over all mailboxes and over single ones."""
    row = m.digest_issue.c
    lately = select(row.account, row.month).where(row.issued_at >= since).distinct().order_by(row.account, row.month)
    with store.reading() as session:
        found = session.connection().execute(lately).all()
    return tuple(issue for account, month in found for issue in issues(store, month, account))


def save_issue(
    store: Store,
    *,
    month: str,
    account: str | None,
    number: int,
    status: str,
    issued_at: datetime,
    rules_version: str,
    figures: str,
    sha256: str,
    message_ids: tuple[int, ...],
) -> Issue:
    """Freeze an issue; raise IssueTaken when this number of the month stands already, whoever was first.

    `figures` is JSON and comes back as it was, to the byte; `sha256` is that of its UTF-8 bytes.
    """
    row = {
        "account": account or "",
        "month": month,
        "number": number,
        "status": status,
        "issued_at": issued_at,
        "rules_version": rules_version,
        "figures": figures.encode(),
        "sha256": sha256,
    }

    def work(session: Session) -> Issue:
        issue_id = insert_once(session, m.digest_issue, row, m.digest_issue.c.id)
        if issue_id is None:
            raise IssueTaken(month, number)
        counted = ({"issue_id": issue_id, "message_id": one} for one in sorted(set(message_ids)))
        for chunk in in_chunks(counted, 5000):
            insert_all(session, m.digest_issue_message, chunk)
        here = select(m.digest_issue).where(m.digest_issue.c.id == issue_id)
        return _issue(session, session.connection().execute(here).one())

    return store.write(work)


def _next_rows(
    session: Session, start: datetime, end: datetime, account: str | None, after: tuple[datetime, str] | None
) -> list[Row[Any]]:
    row = m.message.c
    some = select(m.message).where(_arrived(row.arrived_at, start, end), row.probable_copy_of.is_(None))
    if account is not None:
        some = some.where(row.account == account)
    if after is not None:
        here = tuple_(row.arrived_at, row.mail_sha256)
        some = some.where(here > tuple_(*after, types=[row.arrived_at.type, row.mail_sha256.type]))
    in_order = some.order_by(row.arrived_at, row.mail_sha256).limit(CHUNK)
    return list(session.connection().execute(in_order))


def _counted(session: Session, rows: list[Row[Any]], secret: bytes) -> Iterator[CountedMessage]:
    ids = [row.id for row in rows]
    tags, statements, verdicts = tags_of(session, ids), statements_of(session, ids), _verdicts(session, ids)
    for row in rows:
        said = verdicts[row.id, row.decided_version or row.rules_version]
        yield CountedMessage(
            id=row.id,
            account=row.account,
            arrived_at=row.arrived_at,
            arrived_source=row.arrived_source,
            sent_at=row.sent_at,
            subject=row.subject,
            sender=_named(row),
            sender_key=sender_key(row.user_address or row.sender_address, secret),
            thread_key=row.thread_key,
            state=ReviewState(row.state),
            needs_person=row.needs_person,
            from_team=row.from_team,
            tags=tags[row.id],
            statements=statements[row.id],
            hits=read_plain(HitRecord, said.hits),
            proposed=read_plain(TagRecord, said.tags),
            user_address=row.user_address,
        )


def _named(row: Row[Any]) -> str:
    """Name the sender as "Ann Writer <ann.writer@example.org>"; "" where neither is known."""
    return " ".join(filter(None, (row.sender_name, row.sender_address and f"<{row.sender_address}>")))


def _verdicts(session: Session, ids: list[int]) -> dict[tuple[int, str], Any]:
    row = m.verdict.c
    theirs = select(row.message_id, row.rules_version, row.tags, row.hits).where(row.message_id.in_(ids))
    return {(one.message_id, one.rules_version): one for one in session.connection().execute(theirs)}


def _placed(table: Any, start: datetime, end: datetime, account: str | None, what: Any = None) -> Select[Any]:
    """Count rows of `slot` or `set_aside` by arrival (or ask `what` of them), of one account or all."""
    counted = select(func.count() if what is None else what).where(_arrived(table.c.arrived_at, start, end))
    if account is None:
        return counted
    return counted.where(table.c.folder_id.in_(select(m.folder.c.id).where(m.folder.c.account == account)))


def _arrived(column: Any, start: datetime, end: datetime) -> ColumnElement[bool]:
    return and_(column >= start, column < end)


def _issue(session: Session, row: Row[Any]) -> Issue:
    counted = select(m.digest_issue_message.c.message_id).where(m.digest_issue_message.c.issue_id == row.id)
    ids = session.connection().execute(counted.order_by(m.digest_issue_message.c.message_id)).scalars()
    return Issue(
        id=row.id,
        account=row.account,
        month=row.month,
        number=row.number,
        status=row.status,
        issued_at=row.issued_at,
        rules_version=row.rules_version,
        figures=row.figures.decode(),
        sha256=row.sha256,
        message_ids=tuple(ids),
    )
