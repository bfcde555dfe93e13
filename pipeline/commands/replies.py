"""`statshop replies`: suggest replies to requests for data that state no use; with leave, as drafts in the mailbox."""

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.policy import SMTP
from pathlib import Path

from digests.engagement.docx_form import form_as_docx
from digests.engagement.odt_form import form_as_odt
from digests.period import month_bounds, month_of
from digests.proforma import draft_pro_forma
from pipeline.commands.digesting import digest_options
from pipeline.commands.opening import clock, house_of, mailbox_settings, settings_of, storage_url
from pipeline.config import Settings
from pipeline.errors import NobodyToReplyAs, NoDraftsAllowed
from pipeline.mail.errors import ConnectionLost, MailboxError
from pipeline.mail.imap import ImapMailbox
from pipeline.mail.mailbox import DraftBox, MailboxSettings
from pipeline.replying import BeyondAscii, lacks_a_use, suggested_reply
from storage.engine import Store, open_store
from storage.order import LONDON
from storage.records import StoredMessage
from storage.replies import begin_reply, drafted_replies, drop_reply, end_reply
from storage.reports import counted_messages
from storage.reviews import message

_ADDRESS = re.compile(r"[^\s@<>,]+@[^\s@<>,]+")
_NONE_SAVED = "No reply was saved: none of the requests came by a mailbox with write_drafts = true."


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggested:
    """A message, and the reply to it as bytes; empty with a reason where none can be written."""

    message: StoredMessage
    reply: bytes = b""
    why_not: str = ""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("month", nargs="?", metavar="YYYY-MM", help="requests of that month; this month when left out")
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="write each reply there as an .eml to open")
    parser.add_argument("--save", action="store_true", help="put each among the mailbox's drafts, once; sends nothing")


def run(args: argparse.Namespace) -> int:
    """List the requests, write the replies to a folder, or save them as drafts."""
    settings, house, told = settings_of(args), house_of(args), False
    if (args.save or args.to) and not _sender(settings):
        raise NobodyToReplyAs
    with open_store(storage_url(settings, house)) as store:
        found = list(suggested(store, settings, args.month or month_of(clock()), now=clock()))
        for line in _saved(store, settings, found) if args.save else (_written(one, args.to) for one in found):
            print(line, flush=True)  # at once: what was saved is told whatever comes next
            told = True
    if not told:
        print(_NONE_SAVED if found else "No request of this month waits for the question what the data are for.")
    return 0


def suggested(store: Store, settings: Settings, month: str, *, now: datetime) -> Iterator[Suggested]:
    """Suggest a reply to each request of a month that states no use and has no reply among the drafts yet."""
    bounds, done = month_bounds(month), drafted_replies(store)
    for counted in counted_messages(store, bounds.start, bounds.end, None):
        if lacks_a_use(counted) and counted.id not in done:
            yield _suggested(message(store, counted.id), settings, now)


def save_drafts(store: Store, box: DraftBox, found: list[Suggested], *, now: datetime) -> Iterator[str]:
    """Put each reply among the drafts, each once, and say which went where.

    A reply is written down before it goes out; where the line broke while it did, nobody knows whether it lies there,
    and it is not put there again.
    """
    for one in found:
        if one.reply and begin_reply(store, one.message.id, now=now):
            try:
                folder = box.save_draft(one.reply, now)
            except MailboxError as error:
                if not isinstance(error, ConnectionLost):
                    drop_reply(store, one.message.id)
                raise
            end_reply(store, one.message.id, now=now)
            yield f"message {one.message.id}: saved in {folder}"


def _suggested(stored: StoredMessage, settings: Settings, now: datetime) -> Suggested:
    form = draft_pro_forma(digest_options(settings), data=stored.subject, reference=str(stored.id), now=now)
    try:
        reply = suggested_reply(
            stored,
            sender=_sender(settings),
            organisation=settings.site.organisation,
            docx=form_as_docx(form),
            odt=form_as_odt(form),
            now=now,
        )
        return Suggested(message=stored, reply=reply.as_bytes(policy=SMTP))
    except BeyondAscii as error:
        return Suggested(message=stored, why_not=str(error))
    except ValueError:  # headerregistry: an address that is none
        return Suggested(message=stored, why_not="names no address that a reply could go to")


def _sender(settings: Settings) -> str:
    """Give the address that replies are from: the team's first, else the contact's where it is one; "" for none."""
    contact = settings.site.contact.strip()
    return next(iter(settings.site.team_addresses), contact if _ADDRESS.fullmatch(contact) else "")


def _saved(store: Store, settings: Settings, found: list[Suggested]) -> Iterator[str]:
    boxes = {each.account: each for each in _mailboxes(settings)}
    if not any(each.write_drafts for each in boxes.values()):
        raise NoDraftsAllowed
    failed: list[MailboxError] = []
    for account, box in boxes.items():
        mine = [one for one in found if one.message.account == account]
        if mine and box.write_drafts:
            try:
                with ImapMailbox(box) as opened:
                    yield from save_drafts(store, opened, mine, now=clock())
            except MailboxError as error:  # the drafts of the other mailboxes come first
                failed.append(error)
    if failed:
        raise failed[0]


def _mailboxes(settings: Settings) -> tuple[MailboxSettings, ...]:
    return tuple(mailbox_settings(name, table) for name, table in settings.mailboxes.items())


def _written(one: Suggested, folder: Path | None) -> str:
    said = f"message {one.message.id}, {one.message.arrived_at.astimezone(LONDON):%-d %B %Y}"
    if one.why_not:
        return f"{said}: {one.why_not}"
    if folder is None:
        return f"{said}: asks for data and states no use"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"reply-to-{one.message.id}.eml"
    path.write_bytes(one.reply)
    path.chmod(0o600)
    return str(path)
