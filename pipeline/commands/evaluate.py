"""`statshop evaluate`: measure the rules on a folder of labelled messages."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from classifiers.evaluation import Figures, Labels, figures
from pipeline.commands.classifying import files_in, prediction, read_files
from pipeline.commands.opening import clock, house_of, reader_limits, reading_context, settings_of
from pipeline.errors import NoSuchPath, NotLabels
from pipeline.flow.reader import Reader

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
    with Reader(reading_context(settings, house_of(args)), reader_limits(settings)) as reader:
        readings = read_files(files_in([args.folder]), reader, clock())
        given = {raw.folder: labels_of(prediction(raw.folder, outcome)) for raw, outcome in readings}
    found = figures(labels, given)
    if args.json:
        print(json.dumps(as_json(found), indent=1))
    else:
        print("\n".join(_lines(found, errors=args.errors)))
    return 0


def labels_in(folder: Path) -> dict[str, Labels]:
    """Read labels.jsonl: the labels of each file. Raises `NoSuchPath` and `NotLabels`, which names the line."""
    path = folder / LABELS
    if not path.is_file():
        raise NoSuchPath(path)
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                row = json.loads(line)
                found[row["file"]] = labels_of(row["labels"])
            except (ValueError, KeyError, TypeError) as error:
                raise NotLabels(path, number) from error
    return found


def labels_of(row: dict[str, Any]) -> Labels:
    """Make labels of a row in the form of labels.jsonl, or of a prediction."""
    several = ("products", "uses", "channels", "use_quotes", "decision_quotes")
    return Labels(
        disposition=row.get("disposition") or "",
        user_category=row.get("user_category") or "",
        needs_person=row.get("needs_review"),
        **{name: tuple(row.get(name) or ()) for name in several},
    )


def as_json(found: Figures) -> dict[str, Any]:
    """Give the figures as plain values."""
    tags = {
        name: {
            tag: {"f1": round(f.f1, 3), "hit": f.hit, "extra": f.extra, "missed": f.missed} for tag, f in each.items()
        }
        for name, each in found.tags.items()
    }
    return {"figures": {"messages": found.messages, "tagged_right": found.tagged_right, **found.values}, "tags": tags}


def _lines(found: Figures, *, errors: bool) -> Iterator[str]:
    yield f"{'messages':28} {found.messages}"
    yield f"{'tagged_right':28} {found.tagged_right:.3f}"
    for name, value in found.values.items():
        yield f"{name:28} {'none' if value is None else format(value, '.3f')}"
    for name, tags in found.tags.items():
        yield f"\n{name}"
        for tag, f in sorted(tags.items()):
            yield f"  {tag:38} f1 {f.f1:.3f}  hit {f.hit:3}  extra {f.extra:3}  missed {f.missed:3}"
    if errors:
        for file, wrong in found.wrong.items():
            for name, (wanted, given) in wrong.items():
                yield f"{file}: {name}: labelled {wanted}, tagged {given}"
