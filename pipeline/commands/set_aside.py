"""`statshop set-aside`: what could not be read: list it, show it, try it again, or file it by hand."""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from classifiers.rulebook import rules_version
from pipeline.commands.opening import house_of, opened, rules_folder, settings_of
from pipeline.commands.readers import steady_reader
from pipeline.commands.repairing import again, filed
from pipeline.commands.words import many, told_in_words
from pipeline.config import Settings
from pipeline.flow.reader import Reader
from pipeline.mail.errors import UnknownCharset
from pipeline.mail.mime.charsets import codec_named
from storage.engine import Store
from storage.order import LONDON
from storage.records import SetAside
from storage.setaside import set_aside_list, set_aside_one, set_aside_raw


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="list what is set aside, with the error and the tries")
    listed.add_argument("--all", action="store_true", help="also what has become a message since")
    shown = actions.add_parser(
        "show", help="write out the bytes of a message, and on standard error what is known of it"
    )
    shown.add_argument("number", type=int, metavar="NUMBER")
    retried = actions.add_parser("retry", help="read messages again; fetch those that were too large or withheld")
    retried.add_argument("numbers", type=int, nargs="*", metavar="NUMBER")
    retried.add_argument("--all", action="store_true", help="all that are set aside")
    retried.add_argument("--charset", default="", help="read the text in this charset, such as windows-1252")
    released = actions.add_parser("release", help="file a message by hand, unread, for a person to decide on")
    released.add_argument("number", type=int, metavar="NUMBER")


def run(args: argparse.Namespace) -> int:
    """Do what is asked; `retry` exits 1 when a message still cannot be read."""
    settings, house = settings_of(args), house_of(args)
    with opened(settings, house) as store:
        if args.action == "list":
            print(
                "\n".join(_line(item) for item in set_aside_list(store, released=args.all)) or "Nothing is set aside."
            )
            return 0
        if args.action == "show":
            return _show(store, set_aside_one(store, args.number))
        if args.action == "release":
            return _release(store, settings, house, set_aside_one(store, args.number))
        if args.charset and codec_named(args.charset) is None:
            raise UnknownCharset(args.charset)
        numbers = [item.id for item in set_aside_list(store)] if args.all else args.numbers
        with steady_reader(settings, house) as reader:
            retried = partial(_retry, store, reader, settings, charset=args.charset)
            return _each(numbers, retried, debug=args.debug)


def _line(item: SetAside) -> str:
    tries = "once" if item.tries == 1 else f"{item.tries} times"
    became = f"  now message {item.released_as}" if item.released_as else ""
    day = f"{item.arrived_at.astimezone(LONDON):%Y-%m-%d}"
    return f"{item.id}  {day}  {item.size} bytes  tried {tries}  {item.error}{became}"


def _show(store: Store, item: SetAside) -> int:
    print(_line(item), file=sys.stderr)
    if item.too_large:
        print(f"Its bytes lie on the server. statshop set-aside retry {item.id} fetches them.", file=sys.stderr)
        return 0
    if place := item.unread_file:
        what = place if item.slot.uid == 1 else f"The message at byte {item.slot.uid} of {place}"
        print(f"{what} could not be read. statshop set-aside retry {item.id} reads it again.", file=sys.stderr)
        return 0
    sys.stdout.buffer.write(set_aside_raw(store, item.id))
    return 0


def _each(numbers: list[int], do: Callable[[int], bool], *, debug: bool) -> int:
    """Do something with one message after the other; what fails with one does not keep it from the others (F23)."""
    done = 0
    for number in numbers:
        with told_in_words(str(number), debug=debug):
            done += do(number)
    if not numbers:
        print("Nothing is set aside, or no number was given.")
    return 0 if done == len(numbers) else 1


def _retry(store: Store, reader: Reader, settings: Settings, number: int, charset: str) -> bool:
    did = again(store, reader, settings, set_aside_one(store, number), charset)
    item, others = did.item, f" {many(did.others, 'other message')} of its file: filed as well." if did.others else ""
    for warning in did.warnings:
        print(warning, file=sys.stderr)
    if item.released_as:
        print(f"{number}: It could be read: it is message {item.released_as} now.{others}")
        return True
    print(f"{number}: It still cannot be read: {item.error}", file=sys.stderr)
    return False


def _release(store: Store, settings: Settings, house: Path, item: SetAside) -> int:
    if item.released_as:
        print(f"{item.id}: It is message {item.released_as} already.")
        return 0
    if not item.holds_mail and not item.unread_file:
        print(f"{item.id}: It has to be fetched first: statshop set-aside retry {item.id}", file=sys.stderr)
        return 1
    number = filed(store, item, rules_version(rules_folder(settings, house)))
    print(f"{item.id}: Filed by hand: it is message {number} now, and needs a person.")
    return 0
