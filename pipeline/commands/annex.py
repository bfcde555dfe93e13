"""`statshop annex`: draft the annex of users and their uses from what reviewers confirmed."""

import argparse

from digests.make import make_annex, write_annex
from digests.period import span_in_names
from pipeline.commands.digesting import catalogue_of, digest_options, run_of_months
from pipeline.commands.opening import clock, house_of, settings_of, storage_url
from storage.engine import open_store


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    run_of_months(parser)


def run(args: argparse.Namespace) -> int:
    """Write the draft as HTML and as ODT beside the digests."""
    settings, house = settings_of(args), house_of(args)
    catalogue, options = catalogue_of(settings, house), digest_options(settings)
    with open_store(storage_url(settings, house)) as store:
        annex = make_annex(store, catalogue, args.first, args.last, options, now=clock())
    folder = house / settings.digests.folder / f"annex-{span_in_names(args.first, args.last)}"
    print("\n".join(str(path) for path in write_annex(annex, folder)))
    return 0
