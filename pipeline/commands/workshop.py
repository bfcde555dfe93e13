"""The rules as the page needs them: read from their files, drafted, and tried over the messages of twelve months."""

import multiprocessing
import shutil
import tempfile
import threading
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from classifiers.errors import ClassifierError, RulesUnreadable
from classifiers.keeping import WorkingRules, working_rules
from classifiers.rule import Rule
from classifiers.rulebook import load_rules, rules_version
from pipeline.commands.opening import clock, kept_rules, rules_folder
from pipeline.commands.readers import reader_limits, reading_context
from pipeline.commands.words import sentence_of
from pipeline.config import Settings
from pipeline.errors import StatshopError
from pipeline.flow.comparing import Comparison, Moved, TagChange, compare
from pipeline.flow.drafting import draft_toml, file_name, problems_of, rule_name, with_draft
from pipeline.flow.reader import Reader
from pipeline.flow.stored import these_messages
from review.callables import DraftedRule, Preview, RuleText, TagMoved, WantedRule
from storage.engine import Store
from storage.errors import StorageError
from storage.rule_pages import ids_since

LOOKED_BACK = timedelta(days=365)
SECONDS_TO_CHECK = 60
SECONDS_TO_STOP = 3


class Workshop:
    """The page's rule book over a folder of rules; what it tries it tries in copies, and takes them away."""

    def __init__(self, store: Store, settings: Settings, house: Path) -> None:
        self._store, self._settings, self._house = store, settings, house
        self._folder = rules_folder(settings, house)
        self._lock = threading.Lock()
        self._version = ""
        self._rules: tuple[RuleText, ...] = ()
        self._mistakes: tuple[str, ...] = ()
        self._drafted: DraftedRule | None = None  # the last, so that looking again at its trial costs nothing
        self._trial: _Trial | None = None
        self._thread: threading.Thread | None = None

    def rules(self) -> tuple[RuleText, ...]:
        """Give every rule; the files are read again when they have changed, and those with mistakes are not used."""
        with self._lock:
            self._read_again()
            return self._rules

    def mistakes(self) -> tuple[str, ...]:
        """Say what keeps the files from use."""
        with self._lock:
            self._read_again()
            return self._mistakes

    def _read_again(self) -> None:
        version = rules_version(self._folder)
        if self._version == version:
            return
        try:
            working = self._working()
        except RulesUnreadable as unreadable:
            self._mistakes = tuple(map(str, unreadable.problems))
        else:
            self._mistakes = tuple(map(str, working.problems)) if working else ()
            self._rules = tuple(_text(rule) for rule in load_rules(working.folder if working else None).rules)
        self._version = version

    def _working(self) -> WorkingRules | None:
        """Give the rules of one's own that work; None where the packaged ones are used."""
        return working_rules(self._folder, kept_rules(self._house)) if self._folder else None

    def draft(self, wanted: WantedRule) -> DraftedRule:
        """Write a rule out and run its examples beside the rules that stand, in a process of its own."""
        name, rule, toml = file_name(wanted), rule_name(wanted), draft_toml(wanted, clock())
        before = self._drafted
        if before is not None and before.toml == toml:
            return before
        with tempfile.TemporaryDirectory(prefix="statshop-draft-") as aside:
            folder = with_draft(self._folder, name, toml, Path(aside))
            with ProcessPoolExecutor(1, multiprocessing.get_context("forkserver")) as apart:
                problems = apart.submit(problems_of, folder, name, rule).result(SECONDS_TO_CHECK)
        self._drafted = DraftedRule(rule=rule, filename=name, toml=toml, problems=problems)
        return self._drafted

    def preview(self, drafted: DraftedRule) -> Preview:
        """Tell what a draft changes: one draft is tried at a time, and another one takes its place."""
        with self._lock:
            if self._trial is None or self._trial.drafted != drafted:
                if self._trial is not None:
                    self._trial.stop.set()
                self._trial = _Trial(drafted)
                work = (self._trial, self._store, self._settings, self._house)
                self._thread = threading.Thread(target=_try_out, args=work, name="rule preview", daemon=True)
                self._thread.start()
            return self._trial.seen

    def wait(self, seconds: float) -> None:
        """Wait until what is being tried is done."""
        if self._thread is not None:
            self._thread.join(seconds)

    def close(self) -> None:
        """Stop what is being tried."""
        if self._trial is not None:
            self._trial.stop.set()
            self.wait(SECONDS_TO_STOP)


@dataclass(slots=True)
class _Trial:
    """A draft that is being tried; `seen` is replaced as a whole."""

    drafted: DraftedRule
    stop: threading.Event
    seen: Preview

    def __init__(self, drafted: DraftedRule) -> None:
        self.drafted, self.stop, self.seen = drafted, threading.Event(), Preview(read=0, whole=0)


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
    context, limits = reading_context(settings, house), replace(reader_limits(settings), workers=1)
    drafted = trial.drafted
    folder = with_draft(rules_folder(settings, house), drafted.filename, drafted.toml, aside)
    ids = ids_since(store, clock() - LOOKED_BACK)
    trial.seen = Preview(read=0, whole=len(ids))

    def told(read: int, changed: int) -> None:
        trial.seen = Preview(read=read, whole=len(ids), changed=changed)

    going = (number for number in ids if not trial.stop.is_set())
    with Reader(context, limits) as old, Reader(replace(context, rules_folder=folder), limits) as new:
        return compare(store, old, new, clock, trial.stop, told, these_messages(store, going))


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


def _text(rule: Rule) -> RuleText:
    return RuleText(
        id=rule.id,
        dimension=rule.dimension.value if rule.dimension else "",
        value=rule.tag,
        rank=rule.rank.value,
        file=rule.file,
        line=rule.line,
        weight=rule.weight,
        words=rule.written,
        zones=tuple(sorted(zone.value for zone in rule.zones)),
        needs=rule.needs,
        ok=rule.ok,
        not_ok=rule.not_ok,
    )
