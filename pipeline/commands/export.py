"""`statshop export`: write out every stored and set-aside message as JSON Lines."""

import argparse
import json

from pipeline.commands.opening import house_of, settings_of, storage_url
from storage.engine import open_store
from storage.messages import export_rows


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--jsonl", action="store_true", help="JSON Lines (the one format there is, and the default)")


def run(args: argparse.Namespace) -> int:
    """Print one object a message, in the order they were stored, the set-aside ones after them."""
    with open_store(storage_url(settings_of(args), house_of(args))) as store:
        for row in export_rows(store):
            print(json.dumps(row, ensure_ascii=False))
    return 0
