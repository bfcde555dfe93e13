"""Delivery as the command and the schedule do it: each issue to each recipient once, with a row for each."""

from datetime import datetime
from pathlib import Path

from digests.make import files_in
from pipeline import notify
from pipeline.commands.opening import clock
from pipeline.config import Settings
from pipeline.delivery import MEGABYTE, Parcel, issues_due, letter, parcel, places
from pipeline.errors import FilesGone, MailNotSent, NotDelivered
from pipeline.flow.runs import recorded
from pipeline.smtp import SmtpServer
from storage.engagement import begin_delivery, deliveries, drop_delivery, end_delivery
from storage.engine import Store
from storage.records import Issue
from storage.reports import issues

JOB = "delivery"
EMAIL, NOTIFY = "email", "notify"


def deliver_due(store: Store, settings: Settings, house: Path, *, now: datetime) -> tuple[str, ...]:
    """Send what was issued lately to whom it was not sent yet, and say in words what was sent.

    Raises `NotDelivered` after all have been tried. A mail that surely did not go out is tried again the next time; one
    that may have gone out when the line broke is not: twice is worse than a look at `statshop deliver`.
    """
    waiting = [issue for issue in issues_due(issues(store), now) if _unsent(store, settings, issue)]
    if not waiting:
        return ()
    sent, failures = list[str](), list[str]()
    with recorded(store, JOB, "", clock):
        for issue in waiting:
            content = _content(settings, house, issue)
            for recipient in _unsent(store, settings, issue):
                try:
                    if _deliver(store, settings, issue, content, recipient, now):
                        sent.append(f"{issue.month} issue {issue.number} to {recipient}")
                except MailNotSent as error:
                    failures.append(f"{issue.month} issue {issue.number}: {error}")
        if failures:
            raise NotDelivered(tuple(failures))
    return tuple(sent)


def delivered(store: Store, now: datetime) -> tuple[str, ...]:
    """Say of the latest issues to whom they went, and which deliveries broke off."""
    return tuple(
        f"{issue.month} issue {issue.number} to {one.recipient}: "
        + (f"sent {one.sent_at:%Y-%m-%d %H:%M} UTC" if one.sent_at else "broke off; ask whether it came")
        for issue in issues_due(issues(store), now)
        for one in deliveries(store, issue.id)
    )


def _unsent(store: Store, settings: Settings, issue: Issue) -> tuple[str, ...]:
    begun = {one.recipient for one in deliveries(store, issue.id)}  # by whatever way
    return tuple(one for one in dict.fromkeys(settings.delivery.recipients) if one not in begun)


def _content(settings: Settings, house: Path, issue: Issue) -> Parcel:
    folder = house / settings.digests.folder / issue.month / f"issue-{issue.number}" / settings.delivery.edition
    files = files_in(folder)
    if not files:
        raise FilesGone(folder)
    options, most = settings.delivery, settings.delivery.most_megabytes * MEGABYTE
    if options.by_notify:
        return parcel(files, [one for one in options.formats if one in notify.FORMATS], most, each=notify.MOST_BYTES)
    return parcel(files, options.formats, most)


def _deliver(store: Store, settings: Settings, issue: Issue, content: Parcel, recipient: str, now: datetime) -> bool:
    """Send one mail; False when another process had it in hand already."""
    way = NOTIFY if settings.delivery.by_notify else EMAIL
    send = _by_notify if settings.delivery.by_notify else _by_mail
    if not begin_delivery(store, issue.id, way, recipient, now=now):
        return False
    try:
        send(settings, issue, content, recipient, now)
    except MailNotSent as error:
        if not error.may_have_gone:
            drop_delivery(store, issue.id, way, recipient)
        raise
    end_delivery(store, issue.id, way, recipient, now=now)
    return True


def _by_mail(settings: Settings, issue: Issue, content: Parcel, recipient: str, now: datetime) -> None:
    sender, organisation = settings.delivery.sender, settings.site.organisation
    message = letter(issue, content, sender=sender, recipient=recipient, organisation=organisation, now=now)
    _server(settings).send(message)


def _by_notify(settings: Settings, issue: Issue, content: Parcel, recipient: str, now: datetime) -> None:
    options = settings.delivery
    service = notify.Notify(
        key=options.notify_key.get_secret_value(),
        template=options.notify_template,
        address=options.notify_address,
        weeks=options.notify_weeks,
    )
    words, files = places(issue, content, organisation=settings.site.organisation)
    service.send(recipient, words, files, f"digest {issue.month} issue {issue.number} {now:%Y-%m-%d}")


def _server(settings: Settings) -> SmtpServer:
    options = settings.delivery
    return SmtpServer(
        host=options.host,
        port=options.port,
        security=options.security,
        user=options.user,
        password=options.password.get_secret_value(),
        ca_file=options.ca_file,
    )
