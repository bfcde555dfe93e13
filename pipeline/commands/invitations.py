"""`statshop invitations`: list known users to invite to the annual feedback session."""

import argparse

from digests.engagement.making import make_invitations, write_invitations
from pipeline.commands.digesting import catalogue_of, digest_options, engagement_folder, run_of_months
from pipeline.commands.opening import house_of, settings_of, storage_url
from storage.engine import open_store


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    run_of_months(parser)


def run(args: argparse.Namespace) -> int:
    """Write the list, and say how many were left out."""
    settings, house = settings_of(args), house_of(args)
    catalogue, options = catalogue_of(settings, house), digest_options(settings)
    with open_store(storage_url(settings, house)) as store:
        found = make_invitations(store, catalogue, args.first, args.last, options)
    print(write_invitations(found, engagement_folder(settings, house), args.first, args.last))
    print(
        f"{len(found.invited):,} known users. Left out: {found.opted_out:,} who opted out, "
        f"{found.without_address:,} without an address that somebody reads."
    )
    return 0
