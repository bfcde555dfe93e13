"""`statshop retention`: take away what was kept as long as the settings say."""

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime

from digests.period import month_bounds, month_of, shifted
from pipeline.commands.jobs import RETENTION
from pipeline.commands.opening import clock, house_of, opened, settings_of
from pipeline.config import Settings
from pipeline.flow.runs import recorded
from storage.engine import Store
from storage.order import LONDON
from storage.retention import Due, Part, due, retain

_WORDS = {
    Part.RAW: "messages as received",
    Part.ATTACHMENTS: "texts of attachments",
    Part.TEXT: "texts with subject, quotes and sender",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--dry-run", action="store_true", help="only say what would go")


def run(args: argparse.Namespace) -> int:
    """Take away what is due and say what went; nothing that was counted changes."""
    settings, house, now = settings_of(args), house_of(args), clock()
    before = moments(settings, now)
    if not before:
        print("The settings keep everything: no month is set in [retention].")
        return 0
    with opened(settings, house) as store:
        found = due(store, before) if args.dry_run else take(store, before, now=now)
    print("\n".join(_lines(found, before, dry=args.dry_run)))
    return 0


def moments(settings: Settings, now: datetime) -> Mapping[Part, datetime]:
    """Give, for each part that is not kept for ever, the moment before which it goes: whole London months, pure."""
    months = {
        Part.RAW: settings.retention.raw_months,
        Part.ATTACHMENTS: settings.retention.attachments_months,
        Part.TEXT: settings.retention.text_months,
    }
    this = month_of(now)
    return {part: month_bounds(shifted(this, -count)).start.astimezone(UTC) for part, count in months.items() if count}


def take(store: Store, before: Mapping[Part, datetime], *, now: datetime) -> Due:
    """Take away what is due, as a run that leaves a row."""
    with recorded(store, RETENTION, "", clock):
        return retain(store, before, now=now)


def _lines(found: Due, before: Mapping[Part, datetime], *, dry: bool) -> list[str]:
    verb = "would go" if dry else "went"
    lines = [
        f"{count} {_WORDS[part]} {verb} (arrived before {before[part].astimezone(LONDON):%-d %B %Y})."
        for part, count in found.parts.items()
    ]
    if found.waiting:
        lines.append(f"{found.waiting} old messages are set aside and wait for a person: they stay.")
    return [
        *lines,
        "Tags, states and counts stay as they are. Backups still hold what went: see docs/personal-data.md.",
    ]
