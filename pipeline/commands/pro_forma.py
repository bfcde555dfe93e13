"""`statshop pro-forma`: write the form that asks users of data what they use them for."""

import argparse
from pathlib import Path

from digests.proforma import draft_pro_forma, write_pro_forma
from pipeline.commands.digesting import digest_options
from pipeline.commands.opening import clock, settings_of


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the documents go")
    parser.add_argument("--data", default="", metavar="TEXT", help="the data that were sent, filled in")
    parser.add_argument("--reference", default="", metavar="TEXT", help="the number of the request, filled in")


def run(args: argparse.Namespace) -> int:
    """Write the form as DOCX and as ODT, and name the files."""
    options = digest_options(settings_of(args))
    form = draft_pro_forma(options, data=args.data, reference=args.reference, now=clock())
    print("\n".join(str(path) for path in write_pro_forma(form, args.folder)))
    return 0
