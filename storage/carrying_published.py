"""What was published since a backup, carried into the database that is made of it: issues, deliveries, numbers."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, select, update
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.numbers import GIVEN, HadNumber, keep_numbers, last_number, numbers_among
from storage.replaced import Rows, mails_beside, rows_in
from storage.sql import insert_new, insert_once
from storage.tombstones import ERASED_MAIL


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """What a database knows of what went out, and of the mail that a backup of it does not hold."""

    issues: Rows
    counted: Rows  # issue and message
    deliveries: Rows
    drafted: Rows
    since: Rows  # messages that the backup does not hold
    facts: Rows


def published_by(old: Store, held: Collection[int]) -> Published | None:
    """Tell what a database knows; `held` are the numbers of the backup's messages. None: it could not be read."""
    tables = (m.digest_issue, m.digest_issue_message, m.delivery, m.drafted_reply)
    read = [rows_in(old, table) for table in tables]
    read += [mails_beside(old, held), rows_in(old, m.fact)]
    issues, counted, deliveries, drafted, since, facts = (rows if rows is not None else () for rows in read)
    if any(rows is None for rows in read):
        return None
    return Published(issues=issues, counted=counted, deliveries=deliveries, drafted=drafted, since=since, facts=facts)


def carry_published(session: Session, known: Published, held: Collection[int]) -> tuple[str, ...]:
    """Write it all down; name the issues that the backup did not know, as "2011-03 issue 1".

    `held` are the numbers of the messages that are here.
    """
    numbers: dict[int, int] = {}
    new: list[str] = []
    for issue in sorted(known.issues, key=lambda row: row.id):
        number, is_new = _issue(session, issue)
        if number is not None:
            numbers[issue.id] = number
        if is_new:
            new.append(f"{issue.month} issue {issue.number}" + (f" ({issue.account})" if issue.account else ""))
    _counted(session, known, numbers, held)
    for delivery in known.deliveries:
        if delivery.issue_id in numbers:
            _delivery(session, delivery, numbers[delivery.issue_id])
    insert_new(session, m.drafted_reply, [dict(row._mapping) for row in known.drafted])
    return tuple(new)


def _issue(session: Session, issue: Row[Any]) -> tuple[int | None, bool]:
    """Put an issue in, under its own number where that is free; give its number here, and whether it is new.

    None: another issue of that month and number stands here.
    """
    row, here = dict(issue._mapping), m.digest_issue.c
    for values in (row, {name: row[name] for name in row if name != "id"}):
        key = insert_once(session, m.digest_issue, values, here.id)
        if key is not None:
            return int(key), True
        same = (here.account == issue.account, here.month == issue.month, here.number == issue.number)
        stands = session.connection().execute(select(here.id, here.sha256).where(*same)).first()
        if stands is not None:
            return (int(stands.id) if stands.sha256 == issue.sha256 else None), False
    return None, False


def _counted(session: Session, known: Published, numbers: Mapping[int, int], held: Collection[int]) -> None:
    """Say which messages the issues counted, and keep the numbers of those that are not here for when they come."""
    rows, issues = [], defaultdict[int, list[int]](list)
    for one in known.counted:
        if one.issue_id in numbers and one.message_id in held:
            rows.append({"issue_id": numbers[one.issue_id], "message_id": one.message_id})
        elif one.issue_id in numbers:
            issues[one.message_id].append(numbers[one.issue_id])
    insert_new(session, m.digest_issue_message, rows)
    last = last_number(session)
    given = max((int(fact.value) for fact in known.facts if fact.name == GIVEN), default=0)
    given = max(given, last, *(row.id for row in known.since))
    if given > last or known.since:
        keep_numbers(session, given, _had(known, numbers, issues))


def _had(known: Published, numbers: Mapping[int, int], issues: Mapping[int, list[int]]) -> Iterator[HadNumber]:
    """Give the numbers of mail that is not here, with the issues that counted it, by their numbers here."""
    for had in numbers_among((fact.name, fact.value) for fact in known.facts):
        yield replace(had, issues=tuple(numbers[issue] for issue in had.issues if issue in numbers))
    for row in known.since:
        if not row.mail_sha256.startswith(ERASED_MAIL):
            yield HadNumber(mail_sha256=row.mail_sha256, id=row.id, issues=tuple(issues.get(row.id, ())))


def _delivery(session: Session, delivery: Row[Any], issue_id: int) -> None:
    """Put a delivery in, or note that one which was begun here was sent."""
    row, here = m.delivery.c, m.delivery
    values = {name: value for name, value in delivery._mapping.items() if name != "id"} | {"issue_id": issue_id}
    if insert_once(session, here, values, row.id) is None and delivery.sent_at is not None:
        this = (row.issue_id == issue_id, row.way == delivery.way, row.recipient == delivery.recipient)
        session.connection().execute(update(here).where(*this, row.sent_at.is_(None)).values(sent_at=delivery.sent_at))
