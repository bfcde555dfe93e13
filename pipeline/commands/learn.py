"""`statshop learn`: learn a second opinion from what people decided, measure it, and write it to a file."""

import argparse
import json
from collections import deque
from collections.abc import Iterable
from pathlib import Path

from classifiers.learning import FEWEST_A_TAG, MARGIN, MOST_MESSAGES, DimensionFigures, Example, Learnt, learn
from classifiers.opinion import as_plain
from classifiers.rulebook import load_rules
from pipeline.commands.opening import (
    clock,
    house_of,
    mailbox_rules,
    opinion_file,
    rules_folder,
    settings_of,
    storage_url,
)
from pipeline.errors import NotOverwritten
from pipeline.flow.learnt import example_of
from storage.confirmed import ConfirmedMessage, confirmed_messages
from storage.engine import open_store
from storage.rule_pages import ReadBy

DEFAULT = Path("var/second-opinion.json")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="where to write it; the settings' else")


def run(args: argparse.Namespace) -> int:
    """Learn, tell the figures, and write the file; what does not beat chance stays off.

    Mailboxes with rules of their own are left out: it is today's rules of all others that it learns to doubt.
    """
    settings, house = settings_of(args), house_of(args)
    file: Path = args.file or opinion_file(settings, house) or house / DEFAULT
    _check_place(file)
    version = load_rules(rules_folder(settings, house)).version
    usual = ReadBy(others=tuple(dict(mailbox_rules(settings, house))))
    with open_store(storage_url(settings, house)) as store:
        examples, old = _examples(confirmed_messages(store, usual), version)
    if old:
        print(f"{old:,} reviewed messages were last read with other rules: `statshop retag` reads them with today's.")
    learnt = learn(tuple(examples), version)
    _write(file, learnt)
    print("\n".join(figure_lines(learnt)))
    print(f"Wrote {file}." + ("" if opinion_file(settings, house) else f' To use it: rules.second_opinion = "{file}".'))
    return 0


def figure_lines(learnt: Learnt) -> list[str]:
    """Tell how it does, a line a dimension, and which stay off."""
    lines = [f"Learnt from {learnt.messages:,} reviewed messages; judged on those that it had not seen.", ""]
    lines.append(f"{'':15} most common   rules  alone  disagrees  of these the rules are wrong in")
    lines += [_line(one) for one in learnt.figures]
    off = [str(one.dimension) for one in learnt.figures if not one.is_on]
    if off:
        lines += ["", f"Off for {', '.join(off)}: it does not beat chance by {MARGIN:.0%} of the messages it picks."]
    return [*lines, f"Tags with fewer than {FEWEST_A_TAG} reviewed messages are not learnt."]


def _line(one: DimensionFigures) -> str:
    shares = [f"{part / one.messages:6.1%}" for part in (one.most_common, one.rules_right, one.opinion_right)]
    share = f"{one.found / one.disagreed:.0%}" if one.disagreed else "-"
    state = "on" if one.is_on else "off"
    return (
        f"{one.dimension:15}      {shares[0]}  {shares[1]} {shares[2]}  {one.disagreed:9,}  "
        f"{one.found:,} ({share}; by lot {one.chance:.0%}): {state}"
    )


def _examples(messages: Iterable[ConfirmedMessage], version: str) -> tuple[deque[Example], int]:
    """Give the newest examples that today's rules have read, and how many other rules have."""
    examples: deque[Example] = deque(maxlen=MOST_MESSAGES)
    old = 0
    for message in messages:
        if message.verdict.rules_version != version:
            old += 1
        elif (example := example_of(message)) is not None:
            examples.append(example)
    return examples, old


def _check_place(file: Path) -> None:
    """Refuse to write over anything but what was learnt before."""
    try:
        is_ours = not file.exists() or "learnt_at" in json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        is_ours = False
    if not is_ours:
        raise NotOverwritten(file, "something else is there, which would be lost")


def _write(file: Path, learnt: Learnt) -> None:
    """Write it whole or not at all: workers may read it at any moment."""
    figures = [
        {
            "dimension": str(one.dimension),
            "messages": one.messages,
            "most_common": one.most_common,
            "rules_right": one.rules_right,
            "opinion_right": one.opinion_right,
            "disagreed": one.disagreed,
            "found": one.found,
            "on": one.is_on,
        }
        for one in learnt.figures
    ]
    plain = as_plain(learnt.opinion) | {
        "learnt_at": clock().isoformat(timespec="seconds"),
        "messages": learnt.messages,
        "figures": figures,
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(file.name + ".new")
    draft.write_text(json.dumps(plain, indent=1, ensure_ascii=False), encoding="utf-8")
    draft.replace(file)
