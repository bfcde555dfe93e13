"""`statshop rules`: check the rule files and the examples that stand in them."""

import argparse
from pathlib import Path

from classifiers.examples import check_examples
from classifiers.rulebook import load_rules
from pipeline.commands.opening import house_of, rules_folder, settings_of


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="read every rule file and run the examples of every rule")
    check.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="rule files; the settings' when left out")


def run(args: argparse.Namespace) -> int:
    """Name every mistake and every example that does not do what it says; exit 1 if there is any."""
    settings = settings_of(args)
    rulebook = load_rules(args.folder or rules_folder(settings, house_of(args)))
    failures = check_examples(rulebook)
    print("\n".join(str(failure) for failure in failures))
    examples = sum(len(rule.ok) + len(rule.not_ok) for rule in rulebook.rules)
    print(f"{len(rulebook.rules)} rules, {examples} examples, {len(failures)} that do not do what they say.")
    return 1 if failures else 0
