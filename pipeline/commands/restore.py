"""`statshop restore`: a backup put in the place of the database."""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pipeline.commands.digesting import digest_folder
from pipeline.commands.opening import clock, house_of, mailboxes_of, settings_of, storage_url
from pipeline.commands.words import many
from pipeline.config import Settings
from pipeline.mail.mailbox import AfterStore
from storage import reports
from storage.backup import Backup, restore
from storage.carrying import Carried, carry_over, known_by
from storage.engine import open_store
from storage.order import LONDON
from storage.revisions import HEAD

_NOTHING_REPLACED = "No database was replaced. Do what follows only where this one takes the place of a lost one:"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a file that `statshop backup` wrote")
    parser.add_argument("--replace", action="store_true", help="even where the database holds messages: they are lost")


def run(args: argparse.Namespace) -> int:
    """Restore, with what the replaced database knows of erasures, wishes, issues and people since, and say what is so.

    All of it is done before the database is replaced; 1 where a person must see to what is not known.
    """
    settings, house, now, carried = settings_of(args), house_of(args), clock(), list[Carried]()
    key = settings.storage.erasure_key.get_secret_value().encode()

    def prepare(made: Path, database: Path) -> None:
        carried.append(carry_over(known_by(database), args.file, made, database, setting=key, now=now))

    made_at = datetime.fromtimestamp(args.file.stat().st_mtime, tz=UTC) if args.file.exists() else now
    found = restore(args.file, storage_url(settings, house), replace=args.replace, prepare=prepare)
    day, unknown = f"{made_at.astimezone(LONDON):%-d %B %Y}", _unknown_issues(settings, house)
    lately = [*_people_since(carried[0], day), *_moved_since(settings, day)]
    if lately and not carried[0].is_replaced:  # a trial, or a machine that has lost its database: nothing tells which
        lately.insert(0, _NOTHING_REPLACED)
    print(_first_line(found), *_lines(carried[0], day), *lately, sep="\n")
    for folder in unknown:
        print(
            f"This database does not know the issue in {folder}. Restore a newer backup; or, before its month is "
            "issued anew, move those files elsewhere and tell who had them."
        )
    return 0 if carried[0].all_known and not unknown else 1


def _first_line(found: Backup) -> str:
    upgraded = "" if found.revision == HEAD else f", upgraded from revision {found.revision} to {HEAD}"
    return f"Restored {many(found.messages, 'message')}{upgraded}. Check them with: statshop verify"


def _lines(carried: Carried, day: str) -> Iterator[str]:
    if carried.erased_again:
        yield f"Erased again, since their writers were erased after this backup was made: {carried.erased_again}."
    if not carried.erasures_known:
        yield (
            f"Who was erased since {day} is not known: the database that knew is gone, damaged, or had another key. "
            "Before mail is fetched again, go through the requests since then: statshop person erase ADDRESS --yes"
        )
    if not carried.opt_outs_known:
        yield f"Who has asked since {day} not to be invited is not known: statshop opt-out ADDRESS, for each."
    if carried.issues:
        yield f"Issued after this backup was made, and still known: {', '.join(carried.issues)}."
    if carried.issues is None and carried.is_replaced:
        yield f"What was issued since {day}, and to whom it was sent, is not known."


def _people_since(carried: Carried, day: str) -> Iterator[str]:
    if not carried.people_known:
        yield (
            f"Who may sign in, with which passwords and tokens, is as of {day}. Shut out again who was shut out since: "
            "statshop user list"
        )


def _unknown_issues(settings: Settings, house: Path) -> list[Path]:
    """Give the folders of issues that the restored database does not hold."""
    unknown = []
    with open_store(storage_url(settings, house)) as store:
        for mailbox in (None, *settings.mailboxes):
            account = mailboxes_of(settings, mailbox)[0].account if mailbox else None
            for folder in sorted(digest_folder(settings, house, mailbox).glob("????-??/issue-*")):
                known = {f"issue-{issue.number}" for issue in reports.issues(store, folder.parent.name, account)}
                unknown += [folder] if folder.name not in known else []
    return unknown


def _moved_since(settings: Settings, day: str) -> Iterator[str]:
    """Name the mailboxes whose mail the polls do not find again: it was moved out of the folders that they read."""
    for box in mailboxes_of(settings):
        if box.after_store is AfterStore.MOVE:
            yield (
                f"{box.name}: mail that came since {day} was moved to {box.after_store_argument}, where no poll looks. "
                f"Move it back to {', '.join(box.folders)} with a mail program, and it is stored again."
            )
