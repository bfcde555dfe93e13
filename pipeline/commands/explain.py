"""`statshop explain`: one message with its words lit up, why each tag stands, and why another does not."""

import argparse
import sys
from functools import partial
from pathlib import Path

from classifiers.catalogue import load_catalogue
from pipeline.commands.classifying import files_in, read_files
from pipeline.commands.lighting import explained_lines, message_lines, why_not_lines
from pipeline.commands.naming import tag_named
from pipeline.commands.opening import clock, house_of, rules_folder, settings_of
from pipeline.commands.readers import reader_of
from pipeline.errors import NoSuchPath
from pipeline.flow.reader import Work
from pipeline.flow.reading import Reading, explained_here

_LIT, _PLAIN = "\033[1;7m", "\033[0m"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a message file")
    parser.add_argument(
        "--why-not", metavar="TAG", help='a tag that does not stand: "cohesion", or "product:cohesion" in full'
    )
    parser.add_argument("--colour", action="store_true", help="light words up also where this is not a terminal")


def run(args: argparse.Namespace) -> int:
    """Print the message zone by zone, then each tag rule by rule, then why the one asked about does not stand."""
    settings, house = settings_of(args), house_of(args)
    if args.file.is_dir():
        raise NoSuchPath(args.file, "is a folder: name one message file in it")
    asked = None if args.why_not is None else tag_named(args.why_not, load_catalogue(rules_folder(settings, house)))
    work = Work(read=partial(explained_here, asked))
    with reader_of(settings, house, work) as reader:
        _, outcome = next(read_files(files_in([args.file]), reader, clock()))
    if not isinstance(outcome, Reading) or outcome.explanation is None:
        print(getattr(outcome, "reason", ""), file=sys.stderr)
        return 1
    marks = (_LIT, _PLAIN) if args.colour or sys.stdout.isatty() else ("[[", "]]")
    lines = [*message_lines(outcome.text, outcome.verdict, marks), ""]
    lines += explained_lines(outcome.explanation, outcome.text)
    if outcome.explanation.why_not is not None:
        lines += ["", *why_not_lines(outcome.explanation.why_not, outcome.text)]
    print("\n".join(lines))
    return 0
