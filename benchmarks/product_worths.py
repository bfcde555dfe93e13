"""What words are worth for products: measure it on labelled folders, one left out in turn.

    python -m benchmarks.product_worths DIR DIR [--write]

prints, for each folder, the micro F1 of the products and the share of messages with all of them right, by the rules
alone and with the words measured on the other folders beside them. `--write` puts the worths measured on all folders
into classifiers/rules/product_words.toml; how much is enough stands there too, and is set by hand.
"""

import math
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from classifiers.catalogue import PACKAGED
from classifiers.counting import counting
from classifiers.evaluation import label_rows
from classifiers.rule import Rulebook
from classifiers.rulebook import load_rules
from classifiers.subjects import Word, words_of
from classifiers.tagger import Tagger
from classifiers.verdict import Dimension, MessageText
from pipeline.mail import clean, parse

FEWEST = 4  # messages that must hold a word
MOST = 4.0  # log-odds: what a word may be worth
ERRORS = 2.0  # standard errors that a word's log-odds must be above nothing, half of which are taken off
FILE = PACKAGED / "product_words.toml"
Worths = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Letter:
    """A labelled message to be read: its folder, its text, its words, and the products that people gave."""

    folder: str
    text: MessageText
    words: frozenset[str]
    wanted: frozenset[str]


def main(arguments: Sequence[str]) -> None:
    """Measure, print, and write if told to."""
    rulebook = load_rules()
    tagger = Tagger(rulebook)
    letters = [one for name in arguments if not name.startswith("--") for one in _letters(Path(name), tagger)]
    products = [one.id for one in rulebook.catalogue.of(Dimension.PRODUCT) if one.in_annex]
    for folder in dict.fromkeys(letter.folder for letter in letters):
        kept = [one for one in letters if one.folder != folder]
        own = [one for one in letters if one.folder == folder]
        figures = (_figures(own, rulebook, {}), _figures(own, rulebook, measure(kept, products)))
        print(folder, *(f"F1 {f1:.2f} all right {right:.2f}" for f1, right in figures), sep="  ")
    if "--write" in arguments:
        _write(measure(letters, products))


def measure(letters: Sequence[Letter], products: Sequence[str]) -> Worths:
    """Give the log-odds of words for products: how much commoner each is in mail about a product than in other mail.

    Only words that speak for a product are kept, and only those that are commoner by more than chance.
    """
    often = Counter(word for letter in letters for word in letter.words)
    return {product: dict(sorted(_worths(letters, product, often))) for product in products}


def _worths(letters: Sequence[Letter], product: str, often: Mapping[str, int]) -> Iterator[tuple[str, float]]:
    about = [letter for letter in letters if product in letter.wanted]
    within = Counter(word for letter in about for word in letter.words)
    others = len(letters) - len(about)
    for word, count in within.items():
        if often[word] >= FEWEST:
            here, there = count + 0.5, often[word] - count + 0.5
            odds = math.log(here / (len(about) + 1)) - math.log(there / (others + 1))
            error = math.sqrt(1 / here + 1 / there)
            if odds > ERRORS * error:
                yield word, round(min(odds, MOST) * (1 - ERRORS / 2 * error / odds), 2)


def _letters(folder: Path, tagger: Tagger) -> Iterator[Letter]:
    for name, wanted in label_rows((folder / "labels.jsonl").read_text()).items():
        if wanted.disposition == "triage":
            text = clean.message_text(parse.parse_email((folder / name).read_bytes()), team_addresses=frozenset())
            found = tagger.matchers.found(text)
            words = frozenset(_written(one) for one in words_of(found, counting(found)))
            yield Letter(folder.name, text, words, frozenset(wanted.products))


def _written(word: Word) -> str:
    return word if isinstance(word, str) else " ".join(word)


def _figures(letters: Sequence[Letter], rulebook: Rulebook, worths: Worths) -> tuple[float, float]:
    """Give the micro F1, and the share of messages of which all products are right."""
    table = {**rulebook.tables.get(FILE.stem, {}), "worth": worths}
    tagger = Tagger(replace(rulebook, tables={**rulebook.tables, FILE.stem: table}))
    pairs = [(one.wanted, frozenset(tagger.resolved(one.text).values(Dimension.PRODUCT))) for one in letters]
    right = sum(len(wanted & given) for wanted, given in pairs)
    f1 = 2 * right / max(1, sum(len(wanted) + len(given) for wanted, given in pairs))
    return f1, sum(wanted == given for wanted, given in pairs) / max(1, len(pairs))


def _write(worths: Worths) -> None:
    """Replace the worths in the rule file; what stands above them stays."""
    above, _, _ = FILE.read_text(encoding="utf-8").partition("[worth]")
    lines = [f"{product} = {{ {_line(words)} }}" for product, words in worths.items()]
    text = above + "[worth]\n" + "\n".join(lines) + "\n"
    tomllib.loads(text)
    FILE.write_text(text, encoding="utf-8")


def _line(words: Mapping[str, float]) -> str:
    ordered: list[tuple[str, Any]] = sorted(words.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f'"{word}" = {worth:.2f}' for word, worth in ordered)


if __name__ == "__main__":
    main(sys.argv[1:])
