"""A rule drafted from words: written out as a file of its own, and tried beside the rules that stand."""

import itertools
import json
import re
import shutil
from collections.abc import Container, Iterable
from datetime import datetime
from pathlib import Path

from classifiers.catalogue import PACKAGED
from classifiers.errors import RulesUnreadable
from classifiers.examples import check_examples
from classifiers.rulebook import load_rules
from review.callables import WantedRule

WEIGHT = 0.8  # of a drafted rule: as much as one that needs no second witness, less than a title
PREFIX = "drafted-"
LONGEST_NAME = 40


def rule_name(wanted: WantedRule, number: int = 1) -> str:
    """Name a draft by its tag and its first phrase: "cohesion.ward-figures"; from the second on with its number."""
    words = "-".join(re.findall(r"[a-z0-9]+", wanted.phrases[0].lower()))[:LONGEST_NAME].strip("-")
    return f"{wanted.value}.{words or 'words'}" + (f"-{number}" if number > 1 else "")


def file_name(wanted: WantedRule, number: int = 1) -> str:
    """Name the draft's file."""
    return f"{PREFIX}{re.sub(r'[^a-z0-9-]+', '-', rule_name(wanted, number))}.toml"


def free_number(wanted: WantedRule, folder: Path | None, ids: Container[str]) -> int:
    """Give the first number with which neither a rule (`ids`) nor a file of the folder has the draft's name."""
    place = folder or PACKAGED
    numbers = itertools.count(1)
    return next(
        one for one in numbers if rule_name(wanted, one) not in ids and not (place / file_name(wanted, one)).exists()
    )


def draft_toml(wanted: WantedRule, now: datetime, number: int = 1) -> str:
    """Write a draft as a rule file of its own; without sentences its phrases are its examples."""
    lines = [
        f"# Drafted on the review page on {now:%Y-%m-%d}. Look it over, then keep it as a file of the folder of rules,",
        "# or move the rule to the file of its tag; `statshop rules check` runs the examples.",
        f"dimension = {_text(wanted.dimension)}",
        "",
        "[[rule]]",
        f"id = {_text(rule_name(wanted, number))}",
        f"tag = {_text(wanted.value)}",
        f"weight = {WEIGHT}",
        *_list("phrases", wanted.phrases),
        *_list("ok", wanted.ok or wanted.phrases),
        *(_list("not", wanted.not_ok) if wanted.not_ok else ()),
    ]
    return "\n".join([*lines, ""])


def with_draft(folder: Path | None, name: str, toml: str, to: Path) -> Path:
    """Copy a folder of rules (None: the packaged ones) and put a draft into the copy."""
    copy = to / "rules"
    shutil.copytree(folder or PACKAGED, copy)
    (copy / name).write_text(toml, encoding="utf-8")
    return copy


def problems_of(folder: Path, name: str, rule: str) -> tuple[str, ...]:
    """Say what is wrong with a draft: mistakes, and examples that do not do what they say."""
    try:
        rulebook = load_rules(folder)
    except RulesUnreadable as unreadable:
        mine = [problem for problem in unreadable.problems if problem.file == name]
        return tuple(str(problem) for problem in mine or unreadable.problems)
    return tuple(str(failure) for failure in check_examples(rulebook) if failure.rule == rule)


def _list(name: str, texts: Iterable[str]) -> list[str]:
    return [f"{name} = [", *(f"    {_text(text)}," for text in texts), "]"]


def _text(text: str) -> str:
    """Quote a string: JSON's way is TOML's too, but for the one control character that JSON leaves bare."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
