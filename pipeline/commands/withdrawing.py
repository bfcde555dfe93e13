"""A person's words taken out of the files of digests, and what beyond them may still name the person."""

import zipfile
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

from digests.issues.redacted import redact_issue
from pipeline.config import Settings
from storage.backups import backups
from storage.engine import Store


def withdraw(
    store: Store,
    settings: Settings,
    house: Path,
    message_ids: Collection[int],
    *,
    now: datetime,
    published_only: bool = False,
) -> Iterator[Path]:
    """Take the words of messages out of every issue and draft, and give the files that were written again.

    With `published_only` only the quotes that were agreed to be published.
    """
    for held in sorted((house / settings.digests.folder).rglob("internal/users-and-uses-*-internal.json")):
        yield from redact_issue(held.parent.parent, message_ids, now=now, published_only=published_only)


def files_naming(settings: Settings, house: Path, address: str) -> Iterator[Path]:
    """Give the files below the digests' folder that hold an address, inside packed documents too."""
    sought = address.strip().lower().encode()
    for path in sorted((house / settings.digests.folder).rglob("*")):
        if path.is_file() and any(sought in content.lower() for content in _contents(path)):
            yield path


def known_backups(store: Store) -> Iterator[tuple[Path, str]]:
    """Give the backups that this program made and that are still there, with the day they were made."""
    for backup in backups(store):
        if backup.file.exists():
            yield backup.file, f"{backup.made_at:%-d %B %Y}"


def _contents(path: Path) -> Iterator[bytes]:
    if not zipfile.is_zipfile(path):
        yield path.read_bytes()
        return
    with zipfile.ZipFile(path) as packed:
        yield from (packed.read(name) for name in packed.namelist())
