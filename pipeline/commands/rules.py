"""`statshop rules`: check the rule files, tell how each rule does, and compare two folders of rules."""

import argparse
from dataclasses import replace
from pathlib import Path

from classifiers.examples import check_examples
from classifiers.gone import figures_of_gone_tags
from classifiers.lacking import files_lacking
from classifiers.rulebook import load_rules
from classifiers.usable import usable_rules
from pipeline.commands.opening import (
    clock,
    house_of,
    mailbox_names,
    mailbox_rules,
    rule_folders,
    rules_folder,
    settings_of,
    storage_url,
)
from pipeline.commands.progress import ProgressBar
from pipeline.commands.readers import reader_limits, reading_context
from pipeline.commands.rule_lines import comparison_lines, figure_lines, whose_lines
from pipeline.commands.starting import stop_on_signals
from pipeline.commands.words import told_in_words
from pipeline.flow.comparing import compare
from pipeline.flow.reader import Reader
from pipeline.flow.stored import these_messages
from storage.engine import open_store
from storage.rule_pages import ReadBy, ids_read_by
from storage.rule_stats import rule_figures


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="read every rule file and run the examples of every rule")
    check.add_argument(
        "folder", nargs="?", type=Path, metavar="DIR", help="rule files; those that mail is read by when left out"
    )
    check.set_defaults(act=_check)
    stats = actions.add_parser("stats", help="tell, over what is stored, how each rule does")
    stats.set_defaults(act=_stats)
    diff = actions.add_parser("diff", help="tell what two folders of rules say differently of what is stored")
    diff.add_argument("old", type=Path, metavar="OLD", help="the rule files as they were")
    diff.add_argument("new", type=Path, metavar="NEW", help="the rule files as they are to be")
    diff.set_defaults(act=_diff)


def run(args: argparse.Namespace) -> int:
    """Do what was asked for."""
    status: int = args.act(args)
    return status


def _check(args: argparse.Namespace) -> int:
    """Name every mistake and every example that does not do what it says; exit 1 if there is any.

    Without a folder all rules are checked that mail is read by: those of the settings, and those of single mailboxes.
    """
    folders = (args.folder,) if args.folder else rule_folders(settings_of(args), house_of(args))
    if len(folders) == 1:
        return _checked(folders[0])
    return max([_checked_beside_others(folder, debug=args.debug) for folder in folders])


def _checked_beside_others(folder: Path | None, *, debug: bool) -> int:
    """Check one of several folders: its mistakes do not keep the others from being checked."""
    print(f"{folder or 'The packaged rules'}:")
    with told_in_words("", print, debug=debug) as attempt:
        return _checked(folder)
    return int(attempt.failed)


def _checked(folder: Path | None) -> int:
    rulebook = usable_rules(folder)
    failures = check_examples(rulebook)
    notes = (*files_lacking(rulebook), *figures_of_gone_tags(folder, rulebook.catalogue))
    for line in (*map(str, failures), *(f"Note: {note}." for note in notes)):
        print(line)
    examples = sum(len(rule.ok) + len(rule.not_ok) for rule in rulebook.rules)
    print(f"{len(rulebook.rules)} rules, {examples} examples, {len(failures)} that do not do what they say.")
    return 1 if failures else 0


def _stats(args: argparse.Namespace) -> int:
    """Count what each rule matched and how people judged it, but for mailboxes that have rules of their own."""
    settings, house = settings_of(args), house_of(args)
    rulebook = load_rules(rules_folder(settings, house))
    usual = ReadBy(others=tuple(dict(mailbox_rules(settings, house))))
    with open_store(storage_url(settings, house)) as store:
        print("\n".join(figure_lines(rule_figures(store, usual), rulebook)))
    return 0


def _diff(args: argparse.Namespace) -> int:
    """Read what is stored with both folders and print what each tag gains and loses; nothing is written.

    What is read is the mail that these rules are for: of mailboxes with rules of their own only where one of the
    folders is theirs, and otherwise that of all others.
    """
    settings, house = settings_of(args), house_of(args)
    for folder in (args.old, args.new):
        load_rules(folder)  # a mistake in them is told once, with its line
    own = mailbox_rules(settings, house)
    whose = accounts_of(own, (args.old, args.new))
    read_by = tuple(ReadBy(account=account) for account in whose) or (ReadBy(others=tuple(dict(own))),)
    context, limits = replace(reading_context(settings, house), second_opinion=None), reader_limits(settings)
    stop = stop_on_signals()
    with (
        open_store(storage_url(settings, house)) as store,
        Reader(replace(context, rules_folder=args.old), limits) as old,
        Reader(replace(context, rules_folder=args.new), limits) as new,
        ProgressBar() as bar,
    ):
        ids = [number for one in read_by for number in ids_read_by(store, one)]
        going = (number for number in ids if not stop.is_set())
        messages = these_messages(store, going)
        found = compare(store, old, new, clock, stop, lambda seen, _: bar.show("comparing", seen, len(ids)), messages)
    names = mailbox_names(settings)
    theirs = whose_lines([names[account] for account, _ in own], [names[account] for account in whose])
    print("\n".join([*theirs, *comparison_lines(found)]))
    return 0


def accounts_of(own: tuple[tuple[str, Path], ...], folders: tuple[Path, ...]) -> tuple[str, ...]:
    """Give the accounts of mailboxes that have one of some folders as rules of their own."""
    named = {folder.resolve() for folder in folders}
    return tuple(account for account, folder in own if folder.resolve() in named)
