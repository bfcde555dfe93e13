"""What a drafted rule would change in the twelve months to the newest message, found out in a thread of its own."""

import shutil
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from classifiers.errors import ClassifierError
from pipeline.commands.opening import clock
from pipeline.commands.readers import reader_limits, reading_context
from pipeline.commands.words import sentence_of
from pipeline.config import Settings
from pipeline.errors import StatshopError
from pipeline.flow.comparing import Comparison, Moved, TagChange, compare
from pipeline.flow.drafting import with_draft
from pipeline.flow.reader import Reader
from pipeline.flow.reading import ReadingContext
from pipeline.flow.stored import these_messages
from review.callables import DraftedRule, Preview, TagMoved
from storage.engine import Store
from storage.errors import StorageError
from storage.reports import newest_arrival
from storage.rule_pages import ReadBy, ids_since

LOOKED_BACK = timedelta(days=365)
SECONDS_TO_STOP = 3
MOST_AT_ONCE = 2  # each reads in two processes
MOST_KEPT = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What is to be tried: a draft beside the rules of a folder (None: the packaged ones), on the mail they read."""

    drafted: DraftedRule
    folder: Path | None
    read_by: ReadBy


class Trials:
    """Tries drafts, each for itself: whoever tries another does not stop it.

    Two are read at a time, the others wait. Once there are too many, the one looked at longest ago is given up.
    """

    def __init__(self, store: Store, settings: Settings, house: Path) -> None:
        self._store, self._settings, self._house = store, settings, house
        self._lock, self._turns = threading.Lock(), threading.BoundedSemaphore(MOST_AT_ONCE)
        self._trials: dict[Wanted, _Trial] = {}  # the one looked at last stands last

    def preview(self, wanted: Wanted) -> Preview:
        """Tell how far a trial is and what it has found; the first call begins it."""
        with self._lock:
            trial = self._trials.pop(wanted, None) or self._begun(wanted)
            self._trials[wanted] = trial
            while len(self._trials) > MOST_KEPT:
                self._trials.pop(next(iter(self._trials))).stop.set()
            return trial.seen

    def _begun(self, wanted: Wanted) -> "_Trial":
        trial = _Trial(wanted)
        work = (trial, self._turns, self._store, self._settings, self._house)
        trial.thread = threading.Thread(target=_in_turn, args=work, name="rule preview", daemon=True)
        trial.thread.start()
        return trial

    def wait(self, seconds: float) -> None:
        """Wait until what is being tried is done."""
        last = time.monotonic() + seconds
        for trial in list(self._trials.values()):
            if trial.thread is not None:
                trial.thread.join(max(0.0, last - time.monotonic()))

    def close(self) -> None:
        """Stop what is being tried."""
        with self._lock:
            for trial in self._trials.values():
                trial.stop.set()
        self.wait(SECONDS_TO_STOP)


@dataclass(slots=True)
class _Trial:
    """A draft that is being tried; `seen` is replaced as a whole."""

    wanted: Wanted
    stop: threading.Event
    seen: Preview
    thread: threading.Thread | None

    def __init__(self, wanted: Wanted) -> None:
        self.wanted, self.stop, self.seen = wanted, threading.Event(), Preview(read=0, whole=0)
        self.thread = None


def _in_turn(trial: _Trial, turns: threading.BoundedSemaphore, store: Store, settings: Settings, house: Path) -> None:
    with turns:
        if not trial.stop.is_set():
            _try_out(trial, store, settings, house)


def _try_out(trial: _Trial, store: Store, settings: Settings, house: Path) -> None:
    aside = Path(tempfile.mkdtemp(prefix="statshop-preview-"))
    try:
        found = _compared(trial, store, settings, house, aside)
        trial.seen = preview_of(found)
    except (StorageError, ClassifierError, StatshopError, OSError) as error:
        trial.seen = _failed(sentence_of(error).words)
    finally:
        if not trial.seen.done:
            trial.seen = _failed("The draft could not be tried: the log says why.")
        shutil.rmtree(aside, ignore_errors=True)


def _failed(words: str) -> Preview:
    return Preview(read=0, whole=0, done=True, error=words)


def _compared(trial: _Trial, store: Store, settings: Settings, house: Path, aside: Path) -> Comparison:
    wanted, limits = trial.wanted, replace(reader_limits(settings), workers=1)
    context = _context(settings, house, wanted.folder)
    folder = with_draft(wanted.folder, wanted.drafted.filename, wanted.drafted.toml, aside)
    now = clock()
    newest = min(newest_arrival(store) or now, now)  # of an archive: its own last year
    ids = ids_since(store, newest - LOOKED_BACK, wanted.read_by)
    trial.seen = Preview(read=0, whole=len(ids))

    def told(read: int, changed: int) -> None:
        trial.seen = Preview(read=read, whole=len(ids), changed=changed)

    going = (number for number in ids if not trial.stop.is_set())
    with Reader(context, limits) as old, Reader(replace(context, rules_folder=folder), limits) as new:
        return compare(store, old, new, clock, trial.stop, told, these_messages(store, going))


def _context(settings: Settings, house: Path, folder: Path | None) -> ReadingContext:
    """Say how to read by one folder of rules, whichever mailbox the mail came by."""
    return replace(reading_context(settings, house), rules_folder=folder, mailbox_rules=())


def preview_of(found: Comparison) -> Preview:
    """Lay a comparison out for the page."""
    return Preview(
        read=found.read,
        whole=found.read,
        done=True,
        changed=len(found.changes),
        tags=tuple(_moved(change) for change in found.tags()),
    )


def _moved(change: TagChange) -> TagMoved:
    says = [one.says for one in (*change.gains, *change.losses)]
    return TagMoved(
        dimension=change.tag[0],
        value=change.tag[1],
        gains=_ids(change.gains),
        losses=_ids(change.losses),
        with_people=says.count(True),
        against_people=says.count(False),
    )


def _ids(moved: tuple[Moved, ...]) -> tuple[int, ...]:
    return tuple(one.message_id for one in moved)
