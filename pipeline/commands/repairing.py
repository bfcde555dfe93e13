"""Set-aside messages repaired, for the command and the page: previewed, fetched, read again, or filed by hand."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from classifiers.errors import ClassifierError
from classifiers.rulebook import rules_version
from classifiers.verdict import ZoneKind
from pipeline.commands.opening import clock, mailboxes_of, rules_folder
from pipeline.commands.words import sentence_of
from pipeline.config import Settings
from pipeline.errors import ReadingStopped
from pipeline.flow.by_hand import filed_by_hand
from pipeline.flow.reader import Reader
from pipeline.flow.reading import Unread
from pipeline.flow.rereading import Reread, file_alone, is_long_work, reread
from pipeline.flow.retry import fetch_one, raw_of, retry_one
from pipeline.mail.archive.carried import file_as_mail
from pipeline.mail.errors import ArchiveError, MailError, MessageGone
from pipeline.mail.imap import ImapMailbox
from review.callables import Previewed, Retried
from storage.engine import Store
from storage.records import SetAside
from storage.setaside import release_set_aside, set_aside_one, set_aside_raw


class Repairs:
    """What the page may do with set-aside messages (`review.callables.Repair`); `reader` lends a reader."""

    def __init__(
        self, store: Store, settings: Settings, house: Path, reader: Callable[[], AbstractContextManager[Reader]]
    ) -> None:
        self._store, self._settings, self._house, self._reader = store, settings, house, reader

    def preview(self, set_aside_id: int, charset: str) -> Previewed:
        """Say what a message would say in a charset; nothing is changed."""
        item = set_aside_one(self._store, set_aside_id)
        raw = replace(raw_of(item, set_aside_raw(self._store, item.id)), charset=charset)
        try:
            with self._reader() as reader:
                _, outcome = next(reader.read([raw], clock()))
        except (ClassifierError, ReadingStopped) as error:
            return Previewed(error=sentence_of(error).words)
        if isinstance(outcome, Unread):
            return Previewed(error=outcome.reason)
        mail = outcome.parsed
        text = "\n".join(zone.text for zone in outcome.text.zones if zone.kind is not ZoneKind.SUBJECT)
        return Previewed(subject=mail.subject, sender=mail.sender.address, text=text, oddities=mail.oddities)

    def retry(self, set_aside_id: int, charset: str) -> Retried:
        """Read a message again, fetched first where its bytes lie on the server."""
        item = set_aside_one(self._store, set_aside_id)
        try:
            if not item.released_as and item.unread_file and is_long_work(item):
                return Retried(error=f"it is a large mbox: statshop set-aside retry {item.id} reads it in a terminal")
            with self._reader() as reader:
                item = again(self._store, reader, self._settings, item, charset).item
        # No rules can be used, the mailbox is away, or the message has gone from it.
        except (ClassifierError, MailError, ReadingStopped) as error:
            return Retried(error=sentence_of(error).words)
        return Retried(message_id=item.released_as, error="" if item.released_as else item.error)

    def file_by_hand(self, set_aside_id: int) -> Retried:
        """File a message unread, for a person to decide upon."""
        item = set_aside_one(self._store, set_aside_id)
        if not item.released_as and not item.holds_mail and not item.unread_file:
            return Retried(error="it has to be fetched first")
        folder = rules_folder(self._settings, self._house)
        try:
            return Retried(message_id=item.released_as or filed(self._store, item, rules_version(folder)))
        except ArchiveError as error:
            return Retried(error=sentence_of(error).words)


def again(store: Store, reader: Reader, settings: Settings, item: SetAside, charset: str) -> Reread:
    """Read a message again, and give how it stands; raises MailError when it has to be fetched and cannot be."""
    if not item.released_as and not item.holds_mail:
        if item.unread_file:
            return reread(store, reader, item, clock())
        item = _fetched(store, reader, settings, item)
    if not item.released_as:
        retry_one(store, reader, item, clock(), charset=charset)
    return Reread(item=set_aside_one(store, item.id))


def filed(store: Store, item: SetAside, version: str) -> int | None:
    """File a message by hand under the present version of the rules; give the message it is now.

    A file of an archive that could not be read is attached to it; raises ArchiveError where that is gone, too large, or
    holds other messages as well.
    """
    place = item.unread_file
    content = file_as_mail(file_alone(item)) if place else set_aside_raw(store, item.id)
    if place:  # folders may be named after people: they are to stand in the archive's name alone
        item = replace(item, error=item.error.replace(f"{Path(place).parent}/", ""))
    record = filed_by_hand(item, raw_of(item, content), version)
    return release_set_aside(store, item.id, record, now=clock()).message_id


def _fetched(store: Store, reader: Reader, settings: Settings, item: SetAside) -> SetAside:
    """Fetch a message, whatever its size, from the mailbox that it was found in."""
    slot = item.slot
    for box in mailboxes_of(settings):
        if box.account == slot.account:
            with ImapMailbox(box) as mailbox:
                return fetch_one(store, reader, mailbox, item, clock())
    raise MessageGone(slot.folder, slot.uid, "the settings no longer name its mailbox")
