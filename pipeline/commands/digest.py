"""`statshop digest`: make a month's digest, issue it, or list the messages behind a number."""

import argparse

from digests.make import explain_number

from digests.period import month_before
from pipeline.commands.digesting import catalogue_of, digest_options, make_month
from pipeline.commands.opening import clock, house_of, settings_of, storage_url
from storage.engine import open_store


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("month", nargs="?", metavar="YYYY-MM", help="the month; last month when left out")
    parser.add_argument("--issue", action="store_true", help="freeze it as an issue")
    parser.add_argument("--explain", metavar="NUMBER", help='list the messages behind a number: "cohesion × academia"')


def run(args: argparse.Namespace) -> int:
    """Make the digest and name its files."""
    settings, house = settings_of(args), house_of(args)
    month = args.month or month_before(clock())
    with open_store(storage_url(settings, house)) as store:
        if args.explain:
            catalogue = catalogue_of(settings, house)
            for message_id in explain_number(
                store, catalogue, month, digest_options(settings), args.explain, now=clock()
            ):
                print(message_id)
            return 0
        paths = make_month(store, settings, house, month, now=clock(), issue=args.issue)
    print("\n".join(str(path) for path in paths))
    return 0
