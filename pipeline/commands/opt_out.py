"""`statshop opt-out`: take down that somebody does not want to be invited, or does after all."""

import argparse

from pipeline.commands.address_asked import address_asked
from pipeline.commands.caller import caller
from pipeline.commands.opening import clock, house_of, settings_of, storage_url
from storage.engagement import has_written, opt_in, opt_out
from storage.engine import open_store


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("address", metavar="ADDRESS", help="the address they write from")
    parser.add_argument("--withdraw", action="store_true", help="they want to be invited after all")


def run(args: argparse.Namespace) -> int:
    """Take it down, and say what stands."""
    address = address_asked(args.address)
    with open_store(storage_url(settings_of(args), house_of(args))) as store:
        if args.withdraw:
            changed, stands = opt_in(store, address), "will be invited"
        else:
            changed, stands = opt_out(store, address, who=caller(), now=clock()), "will not be invited"
        known = has_written(store, address)
    print(f"{address} {stands}{'' if changed else ', as before'}.")
    if not known:
        print("No message that is held was written from this address: look whether it is the right one.")
    return 0
