"""`statshop quotes`: show the quotes of a month as the public edition would print them, and withdraw one."""

import argparse
from collections.abc import Iterator

from digests.digest import Digest
from digests.disclosure.quotes import APPROVED
from digests.make import make_digest
from digests.period import month_before
from pipeline.commands.caller import caller
from pipeline.commands.digesting import catalogue_of, digest_options
from pipeline.commands.opening import clock, house_of, settings_of, storage_url
from pipeline.commands.withdrawing import withdraw
from storage.decisions import allow_quotes
from storage.engine import Store, open_store
from storage.reviews import message


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("month", nargs="?", metavar="YYYY-MM", help="the month; last month when left out")
    parser.add_argument("--withdraw", type=int, metavar="MESSAGE", help="do not show this message's quotes")


def run(args: argparse.Namespace) -> int:
    """List the quotes, or withdraw those of a message and name the files that were written again."""
    settings, house = settings_of(args), house_of(args)
    with open_store(storage_url(settings, house)) as store:
        if args.withdraw is not None:
            _not_quotable(store, args.withdraw)
            paths = withdraw(settings, house, [args.withdraw], now=clock(), published_only=True)
            print("\n".join(map(str, paths)) or "No file quotes this message.")
            return 0
        month = args.month or month_before(clock())
        digest = make_digest(store, catalogue_of(settings, house), month, digest_options(settings), now=clock())
    print("\n".join(_lines(digest)) or "No quote of this month is approved for publication.")
    return 0


def _lines(digest: Digest) -> Iterator[str]:
    table = digest.table(APPROVED)
    for row in table.rows:
        named = dict(zip((column.id for column in table.columns), row, strict=True))
        yield f"Message {named['message']}, {named['user']}: {named['sentence']}"
        yield f"  struck out: {named['struck_out']}"


def _not_quotable(store: Store, number: int) -> None:
    """Keep that none of a message's sentences may be published, where any was."""
    held = message(store, number)
    if any(said.quotable for said in held.statements):
        allow_quotes(store, number, version=held.version, who=caller(), published=False, now=clock())
