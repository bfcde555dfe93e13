"""`statshop agenda`: gather what users raised for a meeting."""

import argparse

from digests.engagement.making import make_agenda, write_agenda
from pipeline.commands.digesting import catalogue_of, digest_options, engagement_folder, run_of_months
from pipeline.commands.opening import clock, house_of, settings_of, storage_url
from storage.engine import open_store


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("channel", metavar="CHANNEL", help="feedback-session, technical-advisory-group, or another")
    run_of_months(parser)


def run(args: argparse.Namespace) -> int:
    """Write the agenda, and say how many points it has."""
    settings, house = settings_of(args), house_of(args)
    catalogue, options = catalogue_of(settings, house), digest_options(settings)
    with open_store(storage_url(settings, house)) as store:
        agenda = make_agenda(store, catalogue, args.channel, args.first, args.last, options, now=clock())
    print(write_agenda(agenda, args.channel, engagement_folder(settings, house)))
    print(f"{len(agenda.points):,} messages.")
    return 0
