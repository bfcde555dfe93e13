"""Readers as the settings want them: apart from the rest, since they bring the parsers and spaCy along."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import classifiers
import pipeline
from classifiers.errors import ClassifierError, OpinionUnreadable, RulesNotKept, RulesUnreadable
from classifiers.keeping import WorkingRules, working_rules
from classifiers.opinion import read_opinion
from classifiers.rulebook import rules_version
from pipeline.commands.opening import kept_rules, mailbox_rules, opinion_file, rules_folder
from pipeline.config import Settings
from pipeline.flow.reader import Reader, ReaderLimits, Work
from pipeline.flow.readings import ReadingContext

log = logging.getLogger(__name__)


def reading_context(settings: Settings, house: Path) -> ReadingContext:
    """Give what reading needs to know besides a message."""
    return ReadingContext(
        rules_folder=rules_folder(settings, house),
        mailbox_rules=mailbox_rules(settings, house),
        second_opinion=opinion_file(settings, house),
        person_below=settings.rules.person_below,
        team_addresses=frozenset(address.lower() for address in settings.site.team_addresses),
        mail_hosts=settings.site.mail_hosts,
    )


def reader_of(settings: Settings, house: Path, work: Work | None = None) -> Reader:
    """Give a reader. Rules of one's own are read here first: a mistake in them is told once, with its line.

    So is a second opinion.
    """
    context = check_rules(settings, house)
    return Reader(context, reader_limits(settings), work)


def check_rules(settings: Settings, house: Path) -> ReadingContext:
    """Give what reading needs to know; raise where any rules of one's own, or a second opinion, cannot be used."""
    from classifiers.usable import usable_rules

    context = reading_context(settings, house)
    for folder in _own_folders(context):
        usable_rules(folder)
    if context.second_opinion is not None and context.second_opinion.exists():
        read_opinion(context.second_opinion)
    return context


def steady_reader(settings: Settings, house: Path) -> Reader:
    """Give a reader for mail that must not wait: where rules of one's own have mistakes, the last that worked go on.

    The mistakes are logged; `doctor`, `status` and the alerts say them until they are mended. Where none worked before,
    the mail of their mailboxes is refused, and that of the others is read.
    """
    context = reading_context(settings, house)
    found = {folder: _working(folder, kept_rules(settings, house)) for folder in _own_folders(context)}
    working = {folder: rules.folder for folder, rules in found.items() if isinstance(rules, WorkingRules)}
    behind = tuple(problem for rules in found.values() if isinstance(rules, WorkingRules) for problem in rules.problems)
    own = tuple((account, working[folder]) for account, folder in context.mailbox_rules if folder in working)
    usual = None if context.rules_folder is None else working.get(context.rules_folder)
    refused: dict[Path | None, ClassifierError]
    refused = {folder: error for folder, error in found.items() if isinstance(error, ClassifierError)}
    refuse = partial(_refuse, context, refused, _opinion_fault(context))
    context = replace(context, rules_folder=usual, mailbox_rules=own)
    return Reader(context, reader_limits(settings), refuse=refuse, behind=behind)


def reading_basis(settings: Settings, house: Path) -> str:
    """Name what verdicts depend on besides messages and program: rules, second opinion, threshold, the team's own."""
    context = reading_context(settings, house)
    parts = [_version_of(context.rules_folder), str(context.person_below)]
    parts += [f"team {sorted(context.team_addresses)}", f"hosts {sorted(context.mail_hosts)}"]
    parts += [f"{account} {_version_of(folder)}" for account, folder in context.mailbox_rules]
    opinion = context.second_opinion
    if opinion is not None and opinion.exists():
        parts.append(hashlib.sha256(opinion.read_bytes()).hexdigest())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _version_of(folder: Path | None) -> str:
    try:
        return rules_version(folder)
    except OSError as error:  # not ours to read today, or edited under our hands
        return type(error).__name__


def work_basis(settings: Settings, house: Path) -> str:
    """Name what the result of reading all again depends on: `reading_basis`, then the program that reads.

    A work that an older program began is not gone on with. Its stretches may be done by any program of the same
    `reading_basis`, so that workers can be upgraded one after the other.
    """
    return f"{reading_basis(settings, house)} {_program()}"


def basis_of_reading(basis: str) -> str:
    """Give the part of a work's basis that is a `reading_basis`."""
    return basis.partition(" ")[0]


@cache
def _program() -> str:
    """Name the program that reads by its source: what it reads may change without a new number of the release."""
    folders = (Path(classifiers.__file__).parent, Path(pipeline.__file__).parent)
    digest = hashlib.sha256()
    for file in (file for folder in folders for file in sorted(folder.rglob("*.py"))):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _own_folders(context: ReadingContext) -> tuple[Path, ...]:
    own = [context.rules_folder] if context.rules_folder is not None else []
    return tuple(dict.fromkeys([*own, *(folder for _, folder in context.mailbox_rules)]))


def _working(folder: Path, keep: Path) -> WorkingRules | ClassifierError:
    """Give rules that can be used, or why there are none."""
    try:
        working = working_rules(folder, keep)
    except (RulesUnreadable, RulesNotKept) as error:
        log.error("%s", error)
        return error
    for problem in working.problems:
        log.warning("the rules have a mistake, so version %s goes on: %s", working.version, problem)
    return working


def _opinion_fault(context: ReadingContext) -> OpinionUnreadable | None:
    try:
        if context.second_opinion is not None and context.second_opinion.exists():
            read_opinion(context.second_opinion)
    except OpinionUnreadable as error:
        return error
    return None


def _refuse(
    context: ReadingContext,
    refused: Mapping[Path | None, ClassifierError],
    opinion: OpinionUnreadable | None,
    account: str,
) -> None:
    """Raise where the rules that an account is read by, or the second opinion beside them, cannot be used."""
    error = refused.get(dict(context.mailbox_rules).get(account, context.rules_folder)) or opinion
    if error is not None:
        raise error.with_traceback(None)


def reader_limits(settings: Settings) -> ReaderLimits:
    """Give how many workers read, and what one message may cost."""
    reading = settings.reading
    return ReaderLimits(
        workers=reading.workers,
        seconds_per_message=reading.seconds_per_message,
        megabytes_per_worker=reading.megabytes_per_worker,
        messages_per_worker=reading.messages_per_worker,
    )
