"""Mailboxes under another name: whether their mail lies under one that the settings forgot, and their files."""

import logging
from collections.abc import Collection, Mapping
from pathlib import Path

from digests.issues.locked import locked
from pipeline.commands.opening import mailboxes_of
from pipeline.config import Settings
from pipeline.errors import FormerNameElsewhere, MailboxRenamed, MailboxSplit, StatshopError
from pipeline.mail.mailbox import MailboxSettings
from storage.boxes import KnownMailbox, accounts_read, first_name, known_mailboxes, whose
from storage.engine import Store

log = logging.getLogger(__name__)


def check_name(store: Store, box: MailboxSettings) -> None:
    """Raise where a mailbox would begin anew, though mail of its user and host is stored under another name.

    So it is after its table was renamed: all would be fetched once more, and filters, figures and digests begin again.
    """
    if wrong := wrong_with_name(box, accounts_read(store), known_mailboxes(store)):
        raise wrong


def wrong_with_name(
    box: MailboxSettings, read: Collection[str], known: Mapping[str, KnownMailbox]
) -> StatshopError | None:
    """Say what is wrong with the names of a mailbox, if anything: pure. `read` are the accounts that hold mail."""
    others = [one for one in sorted(read) if whose(one) == whose(box.account) and one not in (box.account, *box.beside)]
    if box.formerly == ():
        return None  # said to be another mailbox
    if others and box.account in read:  # without a word of it: read beside the other for long
        return MailboxSplit(box.name, tuple(map(first_name, others))) if box.formerly else None
    if others:
        return MailboxRenamed(box.name, _names(others[0], known))
    if box.formerly and box.account not in read and box.formerly[0] in map(first_name, read):
        return FormerNameElsewhere(box.name, box.formerly[0])
    return None


def name_in_runs(box: MailboxSettings, known: KnownMailbox | None) -> str:
    """Give the name under which a mailbox ran last: a former one, until the store has taken note of the new one."""
    return known.name if known is not None and known.name in (box.formerly or ()) else box.name


def move_files(settings: Settings, house: Path) -> None:
    """Put the digests' files of each mailbox that was renamed into the folder of its name now."""
    home = house / settings.digests.folder
    former = {box.name: box.formerly for box in mailboxes_of(settings) if box.formerly}
    named = [(home / old, home / new) for new, names in former.items() for old in names]
    there = [(old, new) for old, new in named if old.is_dir() and not new.exists()]
    if not there:
        return
    with locked(home):
        for old, new in there:
            if old.is_dir() and not new.exists():
                old.rename(new)
                log.info("the digests' files in %s lie in %s now, as the mailbox is called", old.name, new.name)


def _names(account: str, known: Mapping[str, KnownMailbox]) -> tuple[str, ...]:
    """Give the names of an account, the first one first."""
    first, box = first_name(account), known.get(account)
    return (first,) if box is None or box.name == first else (first, box.name)
