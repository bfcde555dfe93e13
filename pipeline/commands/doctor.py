"""`statshop doctor`: settings, rules, database, mailboxes, the digests' folder, disk and clock, a line each."""

import argparse
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile

from classifiers.lacking import files_lacking
from classifiers.opinion import read_opinion
from classifiers.rulebook import load_rules
from classifiers.usable import usable_rules
from pipeline.commands.alerting import folders_that_fill
from pipeline.commands.opening import (
    clock,
    house_of,
    mailbox_names,
    mailbox_rules,
    mailboxes_of,
    opened,
    opinion_file,
    rules_folder,
    settings_of,
    storage_url,
)
from pipeline.commands.renaming import check_name
from pipeline.commands.words import many, told_in_words
from pipeline.config import Settings
from pipeline.errors import ClocksDiffer, NoWorker
from pipeline.mail.errors import NotMarked, SinceAhead
from pipeline.mail.imap import ImapMailbox
from pipeline.mail.mailbox import MailboxSettings
from storage.engine import current_revision, open_store
from storage.errors import DiskReadOnly, StorageError
from storage.job_tables import scripts_left
from storage.jobs import FURTHEST_APART, living_workers, seconds_apart
from storage.read_only import lies_read_only
from storage.runs import status_counts
from storage.tombstones import check_key

NOT_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)  # a clock that shows an earlier day is not set


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What one check found."""

    name: str
    good: bool
    words: str


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no arguments of its own."""


def run(args: argparse.Namespace) -> int:
    """Check everything, a line each; exit 1 if anything fails."""
    failed = False
    for finding in findings(args):
        print(f"{'ok  ' if finding.good else 'FAIL'} {finding.name}: {finding.words}")
        failed |= not finding.good
    return 1 if failed else 0


def findings(args: argparse.Namespace) -> Iterator[Finding]:
    """Check one thing after the other; settings that cannot be read end it."""
    yield (reading := _checked("settings", lambda: _settings(args)))
    if not reading.good:
        return
    settings, house = settings_of(args), house_of(args)
    yield _checked("rules", lambda: _rules(settings, house))
    names = mailbox_names(settings)
    for account, folder in mailbox_rules(settings, house):
        yield _checked(f"rules of {names[account]}", partial(_rules_in, folder))
    if (opinion := opinion_file(settings, house)) is not None:
        yield _checked("second opinion", lambda: _opinion(opinion, rules_folder(settings, house)))
    yield _checked("database", lambda: _database(storage_url(settings, house)))
    if not is_new(storage_url(settings, house)):
        yield _checked("key of erasures", lambda: _erasure_key(settings, house))
    if not storage_url(settings, house).startswith("sqlite"):
        yield _checked("queue", lambda: _queue(storage_url(settings, house)))
        yield _checked("workers", lambda: _workers(storage_url(settings, house)))
        yield _checked("clocks", lambda: _clocks(storage_url(settings, house)))
    url = storage_url(settings, house)
    yield from (_checked(f"mailbox {box.name}", partial(_mailbox, box, url)) for box in mailboxes_of(settings))
    if not settings.mailboxes:
        yield Finding(name="mailbox", good=False, words="none is named: add a table [mailboxes.NAME] to the settings")
    yield _checked("digests", lambda: _digests(house / settings.digests.folder))
    yield _disk(settings, house)
    yield _clock()


def _checked(name: str, check: Callable[[], str]) -> Finding:
    """Check one thing; whatever goes wrong is what was found, in words."""
    said: list[str] = []
    with told_in_words("", said.append) as attempt:
        said.append(check())
    return Finding(name=name, good=not attempt.failed, words=said[-1])


def _settings(args: argparse.Namespace) -> str:
    settings_of(args)
    return f"{args.config} is in order"


def _rules(settings: Settings, house: Path) -> str:
    return _rules_in(rules_folder(settings, house))


def _rules_in(folder: Path | None) -> str:
    rulebook = usable_rules(folder)
    found = f"version {rulebook.version}, {len(rulebook.catalogue.entries)} tags"
    return "; ".join([found, *files_lacking(rulebook)])


def _opinion(file: Path, rules: Path | None) -> str:
    if not file.exists():
        return f"{file} is not there yet: `statshop learn` writes it"
    opinion = read_opinion(file)
    if opinion.rules_version != load_rules(rules).version:
        return "silent, it was learnt with other rules: run `statshop retag` and `statshop learn`"
    return f"on for {', '.join(opinion.tags) or 'nothing, it does not beat chance'}"


def is_new(url: str) -> bool:
    """Say whether the database answers and has no tables yet."""
    try:
        with open_store(url, check_schema=False) as store:
            return not current_revision(store)
    except StorageError:
        return False


def _database(url: str) -> str:
    if is_new(url):
        return "new; the first poll makes its tables"
    with open_store(url) as store:
        if store.path is not None and lies_read_only(store.path):
            raise DiskReadOnly(store.path)
        return f"reachable, schema current, {many(status_counts(store).messages, 'message')}"


def _erasure_key(settings: Settings, house: Path) -> str:
    with opened(settings, house) as store:
        check_key(store)
    return "there, or not needed"


def _queue(url: str) -> str:
    with open_store(url) as store:
        left = scripts_left(store)
    if not left:
        return "its tables are current"
    return f"{many(len(left), 'script')} of its tables left: `statshop upgrade --finish` once no older worker is left"


def _workers(url: str) -> str:
    with open_store(url) as store:
        alive = living_workers(store)
    if not alive:
        raise NoWorker
    return f"{many(alive, 'process', 'processes')} alive"


def _mailbox(settings: MailboxSettings, url: str) -> str:
    if not is_new(url):
        with open_store(url) as store:
            check_name(store, settings)
    if settings.since is not None and settings.since > clock().date():
        raise SinceAhead(settings.name, settings.since)
    with ImapMailbox(settings) as mailbox:
        found = [mailbox.examine(folder) for folder in settings.folders]
        for status in found:
            if problem := mailbox.why_not_marked(status):
                raise NotMarked(status.folder, problem)
    return "signed in; " + ", ".join(f"{status.folder} holds {status.exists}" for status in found)


def _digests(folder: Path) -> str:
    """Write a file where digests are to lie, or where their folder is to be made, and take it away again."""
    with TemporaryFile(dir=next(place for place in (folder, *folder.parents) if place.exists())):
        return f"may be written to {folder}"


def _disk(settings: Settings, house: Path) -> Finding:
    free = {folder: shutil.disk_usage(folder).free for folder in folders_that_fill(settings, house)}
    words = ", ".join(f"{room / 1e9:.1f} GB free where {folder} lies" for folder, room in free.items())
    wanted = settings.alerts.disk_free_megabytes
    if min(free.values()) < wanted * 1_000_000:
        lacking = f"{words}: less than the {wanted:,} MB of alerts.disk_free_megabytes. Free some space."
        return Finding(name="disk", good=False, words=lacking)
    return Finding(name="disk", good=True, words=words)


def _clocks(url: str) -> str:
    """Compare the clock of this machine with the database's; raises ClocksDiffer."""
    with open_store(url) as store:
        apart = seconds_apart(store, clock)
    if abs(apart) > FURTHEST_APART:
        raise ClocksDiffer(apart)
    return "this machine and the database tell the same time"


def _clock() -> Finding:
    now = clock()
    return Finding(name="clock", good=now >= NOT_BEFORE, words=f"{now:%-d %b %Y %H:%M} UTC")
