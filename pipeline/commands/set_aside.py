"""`statshop set-aside`: what could not be read: list it, show it, try it again."""

import argparse
import sys

from pipeline.commands.opening import clock, house_of, reader_of, settings_of, storage_url
from pipeline.flow.reader import Reader
from pipeline.flow.retry import retry_one
from storage.engine import Store, open_store
from storage.records import SetAside
from storage.setaside import set_aside_list, set_aside_one, set_aside_raw


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="list what is set aside, with the error and the tries")
    for name, words in (("show", "write out the bytes of a message"), ("retry", "read a message again")):
        actions.add_parser(name, help=words).add_argument("number", type=int, metavar="NUMBER")


def run(args: argparse.Namespace) -> int:
    """Do what is asked; `retry` exits 1 when the message still cannot be read."""
    settings, house = settings_of(args), house_of(args)
    with open_store(storage_url(settings, house)) as store:
        if args.action == "list":
            print("\n".join(_line(item) for item in set_aside_list(store)) or "Nothing is set aside.")
            return 0
        if args.action == "show":
            return _show(store, args.number)
        with reader_of(settings, house) as reader:
            return _retry(store, reader, args.number)


def _line(item: SetAside) -> str:
    tries = "once" if item.tries == 1 else f"{item.tries} times"
    return f"{item.id}  {item.arrived_at:%Y-%m-%d}  {item.size} bytes  tried {tries}  {item.error}"


def _show(store: Store, number: int) -> int:
    sys.stdout.buffer.write(set_aside_raw(store, number))
    return 0


def _retry(store: Store, reader: Reader, number: int) -> int:
    if retry_one(store, reader, set_aside_one(store, number), clock()):
        print(f"It could be read: it is message {set_aside_one(store, number).released_as} now.")
        return 0
    print(f"It still cannot be read: {set_aside_one(store, number).error}", file=sys.stderr)
    return 1
