"""`statshop restore`: a backup put in the place of the database."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from pipeline.commands.opening import clock, house_of, settings_of, storage_url
from pipeline.commands.words import many
from storage.backup import Backup, restore
from storage.carrying import Carried, carry_over, known_by
from storage.revisions import HEAD


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a file that `statshop backup` wrote")
    parser.add_argument("--replace", action="store_true", help="even where the database holds messages: they are lost")


def run(args: argparse.Namespace) -> int:
    """Restore, with all that the replaced database knows of erasures and wishes since, and say what is there now.

    All of it is done before the database is replaced; 1 where a person must do again what is not known.
    """
    settings, now, carried = settings_of(args), clock(), list[Carried]()
    key = settings.storage.erasure_key.get_secret_value().encode()

    def prepare(made: Path, database: Path) -> None:
        carried.append(carry_over(known_by(database), args.file, made, database, setting=key, now=now))

    made_at = datetime.fromtimestamp(args.file.stat().st_mtime, tz=UTC) if args.file.exists() else now
    found = restore(args.file, storage_url(settings, house_of(args)), replace=args.replace, prepare=prepare)
    print("\n".join(_lines(found, carried[0], made_at)))
    return 0 if carried[0].erasures_known and carried[0].opt_outs_known else 1


def _lines(found: Backup, carried: Carried, made_at: datetime) -> list[str]:
    upgraded = "" if found.revision == HEAD else f", upgraded from revision {found.revision} to {HEAD}"
    lines = [f"Restored {many(found.messages, 'message')}{upgraded}. Check them with: statshop verify"]
    again, day = carried.erased_again, f"{made_at:%-d %B %Y}"
    if again:
        lines.append(f"Erased again, since their writers were erased after this backup was made: {again}.")
    if not carried.erasures_known:
        lines.append(
            f"Who was erased since {day} is not known: the database that knew is gone, damaged, or had another key. "
            "Before mail is fetched again, go through the requests since then: statshop person erase ADDRESS --yes"
        )
    if not carried.opt_outs_known:
        lines.append(
            f"Who has asked since {day} not to be invited is not known either way: statshop opt-out ADDRESS, for each."
        )
    return lines
