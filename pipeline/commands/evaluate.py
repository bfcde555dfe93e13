"""`statshop evaluate`: measure the rules on a folder of labelled messages."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from classifiers.catalogue import Catalogue, Dimension, load_catalogue
from classifiers.errors import BadLabels
from classifiers.evaluation import Labels, figures, label_rows, report
from pipeline.commands.classifying import files_in, prediction, read_files
from pipeline.commands.opening import clock, house_of, rules_folder, settings_of
from pipeline.commands.readers import reader_of
from pipeline.errors import NoSuchPath, NothingLabelled, NotLabels

LABELS = "labels.jsonl"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder with labels.jsonl and its .eml files")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    parser.add_argument("--errors", action="store_true", help="list the messages tagged otherwise than labelled")


def run(args: argparse.Namespace) -> int:
    """Tag the folder and print the figures against its labels."""
    labels, files = labels_in(args.folder), files_in([args.folder])
    if missing := tuple(sorted(labels.keys() - {file.name for file in files})):
        raise NothingLabelled(args.folder / LABELS, missing)
    settings, house = settings_of(args), house_of(args)
    for name in unknown_tags(labels, load_catalogue(rules_folder(settings, house))):
        print(f"Note: the labels have {name}, which the rules do not know.", file=sys.stderr)
    with reader_of(settings, house) as reader:
        readings = read_files(files, reader, clock())
        found = figures(labels, [prediction(raw.folder, outcome) for raw, outcome in readings])
    print(json.dumps(found.as_dict(), indent=1) if args.json else report(found, errors=args.errors))
    return 0


def labels_in(folder: Path) -> dict[str, Labels]:
    """Read labels.jsonl: the labels of each file.

    Raises `NoSuchPath`, `NotLabels` with the line at fault, and `NothingLabelled` where there is none.
    """
    path = folder / LABELS
    if not path.is_file():
        raise NoSuchPath(path)
    found: dict[str, Labels] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            found |= label_rows(line.decode("utf-8-sig"))
        except BadLabels as error:
            raise NotLabels(path, number, str(error)) from error
        except ValueError as error:  # no JSON, or no UTF-8
            raise NotLabels(path, number) from error
    if not found:
        raise NothingLabelled(path)
    return found


def unknown_tags(labels: Mapping[str, Labels], catalogue: Catalogue) -> tuple[str, ...]:
    """Give the tags of labels that the rules do not have, as "product cohesoin"."""
    known = {(entry.dimension, entry.id) for entry in catalogue.entries}
    used = {
        (dimension, tag)
        for one in labels.values()
        for dimension, tags in (
            (Dimension.DISPOSITION, (one.disposition,)),
            (Dimension.USER_CATEGORY, (one.user_category,)),
            (Dimension.PRODUCT, one.products),
            (Dimension.USE, one.uses),
            (Dimension.CHANNEL, one.channels),
        )
        for tag in tags
        if tag
    }
    return tuple(sorted(f"{dimension} {tag!r}" for dimension, tag in used - known))
