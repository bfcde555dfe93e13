"""`statshop evaluate`: measure the rules on a folder of labelled messages."""

import argparse
import json
from pathlib import Path

from classifiers.evaluation import Labels, figures, label_rows, report
from pipeline.commands.classifying import files_in, prediction, read_files
from pipeline.commands.opening import clock, house_of, settings_of
from pipeline.commands.readers import reader_of
from pipeline.errors import NoSuchPath, NotLabels

LABELS = "labels.jsonl"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder with labels.jsonl and its .eml files")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    parser.add_argument("--errors", action="store_true", help="list the messages tagged otherwise than labelled")


def run(args: argparse.Namespace) -> int:
    """Tag the folder and print the figures against its labels."""
    labels = labels_in(args.folder)
    settings = settings_of(args)
    with reader_of(settings, house_of(args)) as reader:
        readings = read_files(files_in([args.folder]), reader, clock())
        found = figures(labels, [prediction(raw.folder, outcome) for raw, outcome in readings])
    print(json.dumps(found.as_dict(), indent=1) if args.json else report(found, errors=args.errors))
    return 0


def labels_in(folder: Path) -> dict[str, Labels]:
    """Read labels.jsonl: the labels of each file. Raises `NoSuchPath`, and `NotLabels` with the line at fault."""
    path = folder / LABELS
    if not path.is_file():
        raise NoSuchPath(path)
    found: dict[str, Labels] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found |= label_rows(line)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotLabels(path, number) from error
    return found
