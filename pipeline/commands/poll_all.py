"""The mailboxes polled one after the other, each told in a line: what `statshop poll` does once it has begun."""

import argparse
import sys
import threading
from pathlib import Path

from pipeline.commands.logs import set_up_logs
from pipeline.commands.opening import clock, house_of, mailboxes_of, note_mailboxes, opened, settings_of, storage_url
from pipeline.commands.polling import Polled, is_held_back, poll_mailbox
from pipeline.commands.progress import ProgressBar
from pipeline.commands.readers import steady_reader
from pipeline.commands.renaming import move_files
from pipeline.commands.starting import upgrade_when_new
from pipeline.commands.words import told_in_words
from pipeline.config import Settings
from pipeline.errors import NoMailbox
from pipeline.flow.poll import Progress
from pipeline.flow.reader import Reader
from pipeline.mail.mailbox import MailboxSettings
from storage.engine import Store


def poll_all(args: argparse.Namespace, stop: threading.Event) -> int:
    """Poll the mailboxes; give 1 if one of them failed, after all were tried."""
    settings = settings_of(args)
    set_up_logs(settings.log)
    boxes = mailboxes_of(settings, args.mailbox)
    if not boxes:
        raise NoMailbox
    house = house_of(args)
    with steady_reader(settings, house) as reader, _ready(settings, house, reader) as store:
        note_mailboxes(store, settings, now=clock())
        move_files(settings, house)
        tried = [box for box in boxes if not (args.unattended and is_held_back(store, box.name))]
        results = [_polled(store, reader, settings, box, stop, debug=args.debug) for box in tried]
    return 0 if all(results) else 1


def words_of(polled: Polled) -> str:
    """Say what a poll did."""
    counts = polled.counts
    if not counts.fetched and not counts.too_large:
        return f"{polled.mailbox}: nothing new."
    parts = [f"fetched {counts.fetched}", f"stored {counts.stored}", f"duplicates {counts.duplicates}"]
    parts += [f"set aside {counts.set_aside}"]
    parts += [f"too large {counts.too_large}"] if counts.too_large else []
    parts += [f"gone before they could be read {counts.gone}"] if counts.gone else []
    return f"{polled.mailbox}: {', '.join(parts)}." + (" Stopped when asked to." if polled.stopped else "")


def _polled(
    store: Store, reader: Reader, settings: Settings, box: MailboxSettings, stop: threading.Event, *, debug: bool
) -> bool:
    with told_in_words(box.name, debug=debug) as attempt, ProgressBar() as bar:

        def told(progress: Progress) -> None:
            bar.show(f"{box.name} {progress.folder}", progress.done, progress.of)

        polled = poll_mailbox(
            store,
            reader,
            box,
            tries=settings.reading.tries,
            stop=stop,
            told=told,
            accept_shrunken_folder=settings.mailboxes[box.name].accept_shrunken_folder,
        )
    if attempt.failed:
        return False
    for warning in polled.warnings:
        print(f"{box.name}: {warning}", file=sys.stderr)
    print(words_of(polled))
    return True


def _ready(settings: Settings, house: Path, reader: Reader) -> Store:
    """Open the database; where it is new there is mail to read, so the rules are loaded while its tables are made."""
    upgrade_when_new(storage_url(settings, house), reader.load_ahead)
    return opened(settings, house)
