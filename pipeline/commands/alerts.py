"""`statshop alerts`: look once whether somebody must be told of something (for cron or a timer), or test the way."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from pipeline.commands.alerting import check_alerts, look, send_test
from pipeline.commands.logs import set_up_logs
from pipeline.commands.opening import clock, house_of, settings_of, storage_url
from pipeline.config import Settings
from pipeline.flow.alerts import worst
from pipeline.flow.trouble import Kind, Trouble
from storage.engine import open_store
from storage.errors import StorageError


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--test", action="store_true", help="send one test message by every way the settings name")


def run(args: argparse.Namespace) -> int:
    """Print what is wrong, tell what is new; exit 0, 1 or 2 as the worst is nothing, a warning or critical."""
    settings, house = settings_of(args), house_of(args)
    set_up_logs(settings.log)
    if args.test:
        ways = send_test(settings, now=clock())
        print(f"A test message went out by {ways} {'way' if ways == 1 else 'ways'}. See that it arrives.")
        return 0
    found = tuple(_found(settings, house))
    print("\n".join(map(_line, found)) or "Nothing is wrong.")
    return int(worst(found))


def _found(settings: Settings, house: Path) -> Iterator[Trouble]:
    """Look, and tell what is new; where the schema is not ours there may be no table to keep news in.

    What was seen is said even where it cannot be written down, as on a full disk.
    """
    found: tuple[Trouble, ...] = ()
    try:
        with open_store(storage_url(settings, house), check_schema=False) as store:
            found = look(store, settings, house, now=clock())
            if not any(trouble.kind is Kind.SCHEMA for trouble in found):
                found = check_alerts(store, settings, house, now=clock())
    except StorageError as error:
        yield Trouble(kind=Kind.DATABASE, about="database", words=str(error))
    yield from found


def _line(trouble: Trouble) -> str:
    return f"{trouble.severity.name} {trouble.kind}: {trouble.about}: {trouble.words}"
