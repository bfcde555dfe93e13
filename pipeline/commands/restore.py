"""`statshop restore`: a backup put in the place of the database."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from pipeline.commands.opening import clock, house_of, opened, settings_of, storage_url
from pipeline.commands.words import many
from pipeline.config import Settings
from storage.backup import restore
from storage.backups import MadeBackup, backups, note_backup
from storage.erasure import erase_again, tombstones
from storage.errors import StorageError
from storage.revisions import HEAD
from storage.tombstones import ENDING, copy_key, key_file


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a file that `statshop backup` wrote")
    parser.add_argument("--replace", action="store_true", help="even where the database holds messages: they are lost")


def run(args: argparse.Namespace) -> int:
    """Restore, bring the schema to this program's, erase again who was erased since, and say what is there now."""
    settings, house, now = settings_of(args), house_of(args), clock()
    url = storage_url(settings, house)
    erased, kept = _erased_so_far(settings, house), _backups_so_far(settings, house)
    found = restore(args.file, url, replace=args.replace)
    _note(settings, house, args.file, kept)
    again = _erase_again(settings, house, args.file, erased, now)
    upgraded = "" if found.revision == HEAD else f", upgraded from revision {found.revision} to {HEAD}"
    print(f"Restored {many(found.messages, 'message')}{upgraded}. Check them with: statshop verify")
    if again:
        print(f"Erased again, since their writers were erased after this backup was made: {again}.")
    return 0


def _erased_so_far(settings: Settings, house: Path) -> frozenset[str]:
    """Give what was erased, as the database knows that is to be replaced; nothing where it cannot be read."""
    try:
        with opened(settings, house) as store:
            return tombstones(store)
    except StorageError:
        return frozenset()


def _backups_so_far(settings: Settings, house: Path) -> tuple[MadeBackup, ...]:
    """Give the backups that the database knows of that is to be replaced; none where it cannot be read."""
    try:
        with opened(settings, house) as store:
            return backups(store)
    except StorageError:
        return ()


def _note(settings: Settings, house: Path, file: Path, kept: tuple[MadeBackup, ...]) -> None:
    """Write the backups down again, the restored one among them: an erasure names them."""
    made_at = datetime.fromtimestamp(file.stat().st_mtime, tz=UTC)
    with opened(settings, house) as store:
        for made in (MadeBackup(file=file, made_at=made_at), *kept):
            note_backup(store, made.file, now=made.made_at)


def _erase_again(settings: Settings, house: Path, file: Path, erased: frozenset[str], now: datetime) -> int:
    with opened(settings, house) as store:
        key = key_file(store)
        if key is not None and not key.exists():
            copy_key(file.with_name(file.name + ENDING), key.with_name(key.name.removesuffix(ENDING)))
        return erase_again(store, erased, now=now) if erased else 0
