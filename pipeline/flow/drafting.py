"""A rule drafted from words: written out as a file of its own, and tried beside the rules that stand."""

import json
import re
import shutil
from collections.abc import Iterable
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


def rule_name(wanted: WantedRule) -> str:
    """Name a draft by its tag and its first phrase: "cohesion.ward-figures"."""
    words = "-".join(re.findall(r"[a-z0-9]+", wanted.phrases[0].lower()))[:LONGEST_NAME].strip("-")
    return f"{wanted.value}.{words or 'words'}"


def file_name(wanted: WantedRule) -> str:
    """Name the draft's file."""
    return f"{PREFIX}{re.sub(r'[^a-z0-9-]+', '-', rule_name(wanted))}.toml"


def draft_toml(wanted: WantedRule, now: datetime) -> str:
    """Write a draft as a rule file of its own; without sentences its phrases are its examples."""
    lines = [
        f"# Drafted on the review page on {now:%Y-%m-%d}. Look it over, then keep it as a file of the folder of rules,",
        "# or move the rule to the file of its tag; `statshop rules check` runs the examples.",
        f"dimension = {_text(wanted.dimension)}",
        "",
        "[[rule]]",
        f"id = {_text(rule_name(wanted))}",
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
