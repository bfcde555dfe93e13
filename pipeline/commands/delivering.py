"""Delivery as the command and the schedule do it: each issue to each recipient once, with a row for each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from digests.issues.locked import locked
from digests.issues.marks import sha_marked
from digests.make import files_in
from pipeline import notify
from pipeline.commands.digesting import digest_folder
from pipeline.commands.opening import clock, mailbox_names
from pipeline.commands.renaming import move_files
from pipeline.config import Settings
from pipeline.delivery import DAYS, MEGABYTE, Parcel, issues_due, letter, parcel, places
from pipeline.errors import FilesGone, MailNotSent, NotDelivered
from pipeline.flow.runs import recorded
from pipeline.smtp import server_of
from storage.engagement import begin_delivery, deliveries, drop_delivery, end_delivery
from storage.engine import Store
from storage.records import Issue
from storage.reports import issues_of_months_issued_since

JOB = "delivery"
EMAIL, NOTIFY = "email", "notify"


def deliver_due(store: Store, settings: Settings, house: Path, *, now: datetime) -> tuple[str, ...]:
    """Send what was issued lately to whom it was not sent yet, and say in words what was sent.

    Raises `NotDelivered` after all have been tried. A mail that surely did not go out is tried again the next time; one
    that may have gone out when the line broke is not: twice is worse than a look at `statshop deliver`.
    """
    move_files(settings, house)
    waiting = [lot for lot in _lots(store, settings, now) if _unsent(store, settings, lot)]
    if not waiting:
        return ()
    sent, failures = list[str](), list[str]()
    with recorded(store, JOB, "", clock):
        for lot in waiting:
            for recipient in _unsent(store, settings, lot):
                try:
                    if _deliver(store, settings, house, lot, recipient, now):
                        sent.append(f"{lot.name} to {recipient}")
                except FilesGone as error:
                    failures.append(f"{lot.name}: {error}")
                    break
                except MailNotSent as error:
                    failures.append(f"{lot.name}: {error}")
        if failures:
            raise NotDelivered(tuple(failures))
    return tuple(sent)


def delivered(store: Store, settings: Settings, now: datetime) -> tuple[str, ...]:
    """Say of the latest issues to whom they went, and which deliveries broke off."""
    return tuple(
        f"{lot.name} to {one.recipient}: "
        + (f"sent {one.sent_at:%Y-%m-%d %H:%M} UTC" if one.sent_at else "broke off; ask whether it came")
        for lot in _lots(store, settings, now)
        for one in deliveries(store, lot.issue.id)
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Lot:
    """An issue to deliver; `mailbox` names the one that it is over, empty for all."""

    issue: Issue
    mailbox: str

    @property
    def name(self) -> str:
        """Name the issue in words."""
        return " ".join(filter(None, (self.mailbox, self.issue.month, f"issue {self.issue.number}")))


def _lots(store: Store, settings: Settings, now: datetime) -> tuple[_Lot, ...]:
    """Give what is to be delivered: over all mailboxes, and over each that the settings name."""
    mailboxes = {"": "", **mailbox_names(settings)}
    due = issues_due(issues_of_months_issued_since(store, now - timedelta(days=DAYS)), now)
    return tuple(
        _Lot(issue=issue, mailbox=mailboxes[issue.account])
        for issue in sorted(due, key=lambda one: (one.month, one.account))
        if issue.account in mailboxes
    )


def _unsent(store: Store, settings: Settings, lot: _Lot) -> tuple[str, ...]:
    begun = {one.recipient for one in deliveries(store, lot.issue.id)}  # by whatever way
    return tuple(one for one in settings.recipients_of(lot.mailbox) if one not in begun)


def _content(settings: Settings, house: Path, lot: _Lot) -> Parcel:
    issue = digest_folder(settings, house, lot.mailbox) / lot.issue.month / f"issue-{lot.issue.number}"
    folder = issue / settings.delivery.edition
    files = files_in(folder)
    if not files or sha_marked(issue) not in ("", lot.issue.sha256):  # "": the mark is lost
        raise FilesGone(folder)
    options, most = settings.delivery, settings.delivery.most_megabytes * MEGABYTE
    if options.by_notify:
        return parcel(files, [one for one in options.formats if one in notify.FORMATS], most, each=notify.MOST_BYTES)
    return parcel(files, options.formats, most)


def _deliver(store: Store, settings: Settings, house: Path, lot: _Lot, recipient: str, now: datetime) -> bool:
    """Send one mail; False when another process had it in hand already.

    From the reading of the files until it is sent whoever withdraws a quote waits: what was withdrawn goes to nobody.
    """
    with locked(digest_folder(settings, house)):
        return _sent(store, settings, lot, _content(settings, house, lot), recipient, now)


def _sent(store: Store, settings: Settings, lot: _Lot, content: Parcel, recipient: str, now: datetime) -> bool:
    issue = lot.issue
    way = NOTIFY if settings.delivery.by_notify else EMAIL
    if not begin_delivery(store, issue.id, way, recipient, now=now):
        return False
    try:
        if settings.delivery.by_notify:
            _by_notify(settings, lot, content, recipient, now)
        else:
            server_of(settings.delivery).send(_letter(settings, lot, content, recipient, now))
    except MailNotSent as error:
        if not error.may_have_gone:
            drop_delivery(store, issue.id, way, recipient)
        raise
    end_delivery(store, issue.id, way, recipient, now=now)
    return True


def _letter(settings: Settings, lot: _Lot, content: Parcel, recipient: str, now: datetime) -> EmailMessage:
    return letter(
        lot.issue,
        content,
        sender=settings.delivery.sender,
        recipient=recipient,
        organisation=settings.site.organisation,
        now=now,
        mailbox=lot.mailbox,
    )


def _by_notify(settings: Settings, lot: _Lot, content: Parcel, recipient: str, now: datetime) -> None:
    options = settings.delivery
    service = notify.Notify(
        key=options.notify_key.get_secret_value(),
        template=options.notify_template,
        address=options.notify_address,
        weeks=options.notify_weeks,
    )
    words, files = places(lot.issue, content, organisation=settings.site.organisation, mailbox=lot.mailbox)
    service.send(recipient, words, files, f"digest {lot.name} {now:%Y-%m-%d}")
