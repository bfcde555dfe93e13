"""The rules as the page needs them: read from their files, drafted, and tried over the messages that they read."""

import multiprocessing
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path

from classifiers.catalogue import Catalogue, load_catalogue, rule_files
from classifiers.errors import RulesNotKept, RulesUnreadable
from classifiers.keeping import WorkingRules, working_rules
from classifiers.rule import Rule
from classifiers.rulebook import load_rules, rules_version
from pipeline.commands.opening import (
    clock,
    joined_catalogue,
    kept_rules,
    mailbox_rules,
    rule_folders,
    rules_folder,
)
from pipeline.commands.rule_trials import Trials, Wanted
from pipeline.config import Settings
from pipeline.flow.drafting import draft_toml, file_name, free_number, problems_of, rule_name, with_draft
from review.callables import DraftedRule, Preview, RuleText, WantedRule
from storage.rule_pages import ReadBy

SECONDS_TO_CHECK = 60


def workshops(settings: Settings, house: Path, trials: Trials) -> Mapping[str, "Workshop"]:
    """Give the rules of each mailbox that has its own, by its account, and under "" those that read all other mail."""
    own, copies = dict(mailbox_rules(settings, house)), kept_rules(settings, house)
    usual = Workshop(rules_folder(settings, house), copies, trials, ReadBy(others=tuple(own)))
    each = {name: Workshop(folder, copies, trials, ReadBy(account=name)) for name, folder in own.items()}
    return {"": usual, **each}


def whole_catalogue(settings: Settings, house: Path) -> Catalogue:
    """Give the tags of all rules in use: those of the settings first, then what rules of single mailboxes add."""
    copies = kept_rules(settings, house)
    return joined_catalogue(_in_use(folder, copies) for folder in rule_folders(settings, house))


class CatalogueInUse:
    """The tags of all rules in use, read again when a file of any of them has changed."""

    def __init__(self, settings: Settings, house: Path) -> None:
        """Read them; raises RulesUnreadable where some never worked."""
        self._settings, self._house, self._lock = settings, house, threading.Lock()
        self._marks = self._files()
        self._catalogue = whole_catalogue(settings, house)

    def now(self) -> Catalogue:
        """Give the tags; while rules cannot be used, those that were read before."""
        with self._lock:
            marks = self._files()
            if marks != self._marks:
                with suppress(RulesUnreadable):  # the page of rules and the alert tell of it
                    self._catalogue = whole_catalogue(self._settings, self._house)
                self._marks = marks
            return self._catalogue

    def _files(self) -> tuple[tuple[str, int, int], ...]:
        """Give the rule files with their sizes and times: a look that costs a page nothing. Packaged ones stay."""
        folders = [folder for folder in rule_folders(self._settings, self._house) if folder is not None]
        with suppress(OSError):  # written under our hands: seen at the next look
            found = [(path, path.stat()) for folder in folders for path in rule_files(folder)]
            return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in found)
        return ()


def _in_use(folder: Path | None, copies: Path) -> Path | None:
    """Give the copy that worked last; the folder itself where none can be kept, which is told where mail is read."""
    if folder is None:
        return None
    try:
        return working_rules(folder, copies).folder
    except RulesNotKept:
        return folder


class Workshop:
    """The page's rule book over one folder of rules; a draft is tried in copies, which are taken away."""

    def __init__(self, folder: Path | None, copies: Path, trials: Trials, read_by: ReadBy) -> None:
        """`copies` is where rules of one's own that worked are kept, `read_by` the mail that these rules read."""
        self._folder, self._copies, self._trials, self._read_by = folder, copies, trials, read_by
        self._lock = threading.Lock()
        self._version = ""
        self._rules: tuple[RuleText, ...] = ()
        self._catalogue = Catalogue(entries=())
        self._mistakes: tuple[str, ...] = ()
        self._drafted: DraftedRule | None = None  # the last, so that looking again at its trial costs nothing

    def rules(self) -> tuple[RuleText, ...]:
        """Give every rule; the files are read again when they have changed, and those with mistakes are not used."""
        with self._lock:
            self._read_again()
            return self._rules

    def catalogue(self) -> Catalogue:
        """Give the tags that these rules know."""
        with self._lock:
            self._read_again()
            return self._catalogue

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
            folder = working.folder if working else None
            rules, catalogue = load_rules(folder).rules, load_catalogue(folder)
        except RulesUnreadable as unreadable:
            self._mistakes = tuple(map(str, unreadable.problems))
        except RulesNotKept as trouble:  # tried again when somebody looks next; what was read before is shown
            self._mistakes = (str(trouble),)
            return
        else:
            self._mistakes = tuple(map(str, working.problems)) if working else ()
            self._rules, self._catalogue = tuple(map(_text, rules)), catalogue
        self._version = version

    def _working(self) -> WorkingRules | None:
        """Give the rules of one's own that work; None where the packaged ones are used."""
        return working_rules(self._folder, self._copies) if self._folder else None

    def draft(self, wanted: WantedRule) -> DraftedRule:
        """Write a rule out and run its examples beside the rules that stand, in a process of its own."""
        number = free_number(wanted, self._folder, {rule.id for rule in self.rules()})
        name, rule, toml = file_name(wanted, number), rule_name(wanted, number), draft_toml(wanted, clock(), number)
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
        """Tell what a draft changes in the mail that these rules read."""
        return self._trials.preview(Wanted(drafted=drafted, folder=self._folder, read_by=self._read_by))


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
