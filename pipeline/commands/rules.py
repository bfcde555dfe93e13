"""`statshop rules`: check the rule files, tell how each rule does, and compare two folders of rules."""

import argparse
from dataclasses import replace
from pathlib import Path

from classifiers.examples import check_examples
from classifiers.rulebook import load_rules
from pipeline.commands.opening import clock, house_of, mailbox_rules, rules_folder, settings_of, storage_url
from pipeline.commands.poll import stop_on_signals
from pipeline.commands.progress import ProgressBar
from pipeline.commands.readers import reader_limits, reading_context
from pipeline.commands.rule_lines import comparison_lines, figure_lines
from pipeline.flow.comparing import compare
from pipeline.flow.reader import Reader
from storage.engine import open_store
from storage.rule_pages import ReadBy
from storage.rule_stats import rule_figures
from storage.runs import status_counts


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="read every rule file and run the examples of every rule")
    check.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="rule files; the settings' when left out")
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
    """Name every mistake and every example that does not do what it says; exit 1 if there is any."""
    settings = settings_of(args)
    rulebook = load_rules(args.folder or rules_folder(settings, house_of(args)))
    failures = check_examples(rulebook)
    print("\n".join(str(failure) for failure in failures))
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
    """Read what is stored with both folders and print what each tag gains and loses; nothing is written."""
    settings, house = settings_of(args), house_of(args)
    for folder in (args.old, args.new):
        load_rules(folder)  # a mistake in them is told once, with its line
    context, limits = replace(reading_context(settings, house), second_opinion=None), reader_limits(settings)
    stop = stop_on_signals()
    with (
        open_store(storage_url(settings, house)) as store,
        Reader(replace(context, rules_folder=args.old), limits) as old,
        Reader(replace(context, rules_folder=args.new), limits) as new,
        ProgressBar() as bar,
    ):
        total = status_counts(store).messages
        found = compare(store, old, new, clock, stop, lambda seen, _: bar.show("comparing", seen, total))
    print("\n".join(comparison_lines(found)))
    return 0
