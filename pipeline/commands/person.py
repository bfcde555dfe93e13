"""`statshop person`: what is held of one person: find it, hand it over, erase it."""

import argparse
from datetime import date, datetime
from pathlib import Path

from digests.errors import NotRedacted
from pipeline.commands.address_asked import address_asked
from pipeline.commands.handing_over import hand_over
from pipeline.commands.opening import clock, house_of, opened, settings_of
from pipeline.commands.withdrawing import drafts_beside, files_naming, known_backups, withdraw
from pipeline.commands.words import many
from pipeline.config import Settings
from pipeline.mail.glimpse import glimpse
from storage.engine import Store
from storage.erasure import Found, erase, find_person
from storage.forgetting import erased_messages
from storage.order import LONDON

_IMPORTS = (
    "An import that is not at its end has a file to read that is named after it: to erase the name ends that import. "
    "The same command begins it anew."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    find = actions.add_parser("find", help="say where an address stands")
    export = actions.add_parser("export", help="write all of it to a zip file")
    erasing = actions.add_parser("erase", help="erase what the person wrote; counts stay")
    for action in (find, export, erasing):
        action.add_argument("address", metavar="ADDRESS")
    export.add_argument("--to", type=Path, metavar="FILE", help="the zip file; person.zip when left out")
    erasing.add_argument("--named", action="store_true", help="erase messages of others as well that name the person")
    erasing.add_argument("--yes", action="store_true", help="do it: without this, only say what would be erased")


def run(args: argparse.Namespace) -> int:
    """Do what is asked, and say by when the person must have an answer."""
    settings, house, now, address = settings_of(args), house_of(args), clock(), address_asked(args.address)
    with opened(settings, house) as store:
        found = find_person(store, address, writer_of=_writer_of)
        print("\n".join(_lines(found)))
        for path in files_naming(settings, house, address):
            print(f"Named in a file of digests: {path}")
        if args.action == "export":
            file = args.to or Path("person.zip")
            hand_over(store, found, address, file, now=now)
            print(f"{file}: read it before you hand it over; it may name other people. It is readable by you alone.")
        elif args.action == "erase":
            _erase(store, settings, house, args, found, now)
    last_day = answer_by(now.astimezone(LONDON).date())
    print(f"A request that came today must be answered by {last_day:%-d %B %Y} (UK GDPR, Article 12(3)).")
    return 0


def answer_by(came: date) -> date:
    """Give the day by which a request must be answered: the same day of the next month, or that month's last."""
    year, month = (came.year + 1, 1) if came.month == 12 else (came.year, came.month + 1)
    for day in range(came.day, 0, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def _erase(
    store: Store, settings: Settings, house: Path, args: argparse.Namespace, found: Found, now: datetime
) -> None:
    ids = {*found.written, *((*found.received, *found.named) if args.named else ())}
    aside = {*found.set_aside, *(found.set_aside_named if args.named else ())}
    if not args.yes:
        print(f"{many(len(ids), 'message')} and {len(aside)} set aside would be erased. To do it: --yes")
        return
    done = erase(store, ids, aside, archives=[number for number, _ in found.archives], imports=found.imports, now=now)
    went = many(len(done.messages), "message")
    print(f"Erased {went} and {done.set_aside} set aside. Counts stay; the mail will not come back.")
    not_redacted = _rewritten(store, settings, house, address_asked(args.address), now)
    _say_which_files_stay(settings, house, address_asked(args.address))
    if not args.named:
        _say_what_stays(found)
    for path, made_on in known_backups(store):
        print(f"A backup of {made_on} still holds the mail: {path}. Delete it, or make a new one in its place.")
    if done.left:
        print(f"Deleted words may still lie in the database file, since {done.left}. Run the same command again later.")
    print("The mail still lies in the mailbox, which this program only reads: delete it there as well.")
    if not_redacted:
        raise not_redacted


def _say_which_files_stay(settings: Settings, house: Path, address: str) -> None:
    naming = set(files_naming(settings, house, address))
    for path in sorted(naming):
        print(f"Still names the address; make it again or delete it: {path}")
    for path in drafts_beside(settings, house):
        if path not in naming:
            print(f"Was made before and may quote the person; make it again or delete it: {path}")


def _say_what_stays(found: Found) -> None:
    for what, numbers in (("", (*found.received, *found.named)), (" set aside", found.set_aside_named)):
        if numbers:
            told = ", ".join(map(str, numbers))
            print(
                f"Messages of others{what} that name the address stay: {told}. Look at them; --named erases them too."
            )


def _writer_of(raw: bytes) -> str:
    return glimpse(raw).sender.address


def _rewritten(store: Store, settings: Settings, house: Path, address: str, now: datetime) -> NotRedacted | None:
    """Take the words out of what was published; give what could not be done, to be told after all else.

    The words of all who were ever erased: an earlier call may have broken off before it came to the files.
    """
    try:
        for path in withdraw(settings, house, erased_messages(store), now=now, sender=address):
            print(f"Written again without the person's words: {path}")
    except NotRedacted as error:
        print("Not everything is done: mend the files that are named below, then run the same command again.")
        return error
    return None


def _lines(found: Found) -> list[str]:
    kinds = {
        "Written by this address": found.written,
        "Sent to it": found.received,
        "Of others, naming it": found.named,
        "Set aside, written by it": found.set_aside,
        "Set aside of others, naming it": found.set_aside_named,
    }
    lines = [f"{words}: {', '.join(map(str, numbers)) or 'none'}" for words, numbers in kinds.items()]
    if found.damaged:
        lines.append(
            f"Set aside and damaged, so that nobody can tell whose it is: {', '.join(map(str, found.damaged))}"
        )
    lines += [f"An imported file is named after it: {name}" for _, name in found.archives]
    return lines + ([_IMPORTS] if found.imports else [])
