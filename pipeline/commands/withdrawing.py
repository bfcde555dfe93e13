"""A person's words taken out of the files of digests, and what beyond them may still name the person."""

import zipfile
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from re import Pattern

from digests.errors import DigestError, IssueUnreadable, NotRedacted
from digests.issues.locked import locked
from digests.issues.marks import MARK
from digests.issues.redacted import may_hold, messages_from, redact_issue
from pipeline.config import Settings
from storage.addresses import folded, forms_of, naming
from storage.backups import backups
from storage.engine import Store
from storage.order import LONDON


def withdraw(
    settings: Settings,
    house: Path,
    message_ids: Collection[int],
    *,
    now: datetime,
    published_only: bool = False,
    sender: str = "",
) -> Iterator[Path]:
    """Take the words of messages out of every issue and draft, and give the files that were written again.

    With `sender` those too that an internal edition says this address wrote: retention may have taken it from the
    store. With `published_only` only the quotes that were agreed to be published. It waits while an issue is made, or
    others take words out. What cannot be read or written does not keep the rest: NotRedacted is raised at the end.
    """
    failures = []
    with locked(house / settings.digests.folder):
        folders = _issues_and_drafts(house / settings.digests.folder)
        theirs = {number for folder in folders if sender for number in messages_from(folder, sender)}
        for folder in folders:
            try:
                written = redact_issue(folder, {*message_ids, *theirs}, now=now, published_only=published_only)
            except IssueUnreadable as error:
                failures.append(str(error))
                yield from error.written
            except (OSError, DigestError) as error:
                failures.append(str(error))
            else:
                yield from written
    if failures:
        raise NotRedacted(whys=tuple(failures))


def _issues_and_drafts(folder: Path) -> list[Path]:
    """Find them, those too that wait for their place or have lost files.

    What was broken off before it was whole is never published.
    """
    found = sorted({each.parent for name in ("internal", "public") for each in folder.rglob(name) if each.is_dir()})
    return [one for one in found if _is_edition(one.name) or (one / MARK).exists()]


def _is_edition(name: str) -> bool:
    return name == "draft" or name.startswith("issue-")


def drafts_beside(settings: Settings, house: Path) -> Iterator[Path]:
    """Give the annexes and agendas: they may quote anybody, and do not say whom."""
    folder = house / settings.digests.folder
    for pattern in ("**/annex-*/*", "**/engagement/agenda-*"):
        yield from sorted(path for path in folder.glob(pattern) if path.is_file())


def files_naming(settings: Settings, house: Path, address: str) -> Iterator[Path]:
    """Give the files below the digests' folder that name an address, inside packed documents too."""
    forms = forms_of(address)
    named = naming(forms)
    for path in sorted((house / settings.digests.folder).rglob("*")):
        if path.is_file() and any(_names(content, forms, named) for content in _contents(path)):
            yield path


def _names(content: bytes, forms: Collection[str], named: Pattern[str]) -> bool:
    return may_hold(content, forms) and named.search(folded(content.decode(errors="replace"))) is not None


def known_backups(store: Store) -> Iterator[tuple[Path, str]]:
    """Give the backups that this program made and that are still there, with the day they were made."""
    for backup in backups(store):
        if backup.file.exists():
            yield backup.file, f"{backup.made_at.astimezone(LONDON):%-d %B %Y}"


def _contents(path: Path) -> Iterator[bytes]:
    if not zipfile.is_zipfile(path):
        yield path.read_bytes()
        return
    with zipfile.ZipFile(path) as packed:
        yield from (packed.read(name) for name in packed.namelist())
