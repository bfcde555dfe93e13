"""`statshop annex`: draft the annex of users and their uses from what reviewers confirmed."""

import argparse

from digests.annex import draft_annex
from digests.period import month_bounds
from digests.render.annex_html import annex_html
from digests.render.annex_odt import annex_odt
from pipeline.commands.digesting import catalogue_of, digest_options
from pipeline.commands.opening import clock, house_of, settings_of, storage_url
from storage.engine import open_store
from storage.reports import counted_messages


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--from", dest="first", required=True, metavar="YYYY-MM", help="the first month")
    parser.add_argument("--to", dest="last", required=True, metavar="YYYY-MM", help="the last month")


def run(args: argparse.Namespace) -> int:
    """Write the draft as HTML and as ODT beside the digests."""
    settings, house = settings_of(args), house_of(args)
    options = digest_options(settings)
    start, end = month_bounds(args.first).start, month_bounds(args.last).end
    with open_store(storage_url(settings, house)) as store:
        messages = counted_messages(store, start, end, options.account)
        annex = draft_annex(messages, catalogue_of(settings, house), args.first, args.last, options, now=clock())
    folder = house / settings.digests.folder / f"annex-{args.first}-to-{args.last}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in (("annex.html", annex_html(annex)), ("annex.odt", annex_odt(annex))):
        (folder / name).write_bytes(content)
        print(folder / name)
    return 0
