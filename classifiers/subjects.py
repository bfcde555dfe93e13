"""What the words of a message are worth for each product: a second look at what rules matched.

A rule that matches once may have met its words in passing: "in front of our volunteers". The words of the whole letter
tell more. Each word, and each two that stand together, is worth something for the products in whose mail they are
commoner than elsewhere; the few that are worth most are added up. What they are worth, and how much is enough, stands
in rules/product_words.toml and was measured on labelled mail. Where there is no such file, the rules alone decide.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from classifiers.counting import Counting
from classifiers.matching import Found
from classifiers.rule import Rulebook

MOST = 5  # so many words of a message are added up: a long one holds a little of everything
Word = str | tuple[str, str]  # a stem, or two that stand together
_LIMITS = ("once", "left_out", "alone")


@dataclass(frozen=True, slots=True)
class Enough:
    """How much the words of a message must be worth for a product."""

    words: int  # in a letter of fewer, what is told once is not weighed: nobody digresses in three lines
    once: float  # that one rule told at one place
    left_out: float  # that a rule told, and that the kind of letter or what stands beside left out
    alone: float  # that no rule told


class Subjects:
    """What every word is worth for every product; made once from the rulebook."""

    def __init__(self, rulebook: Rulebook) -> None:
        """Take what was measured from the rule files."""
        table: Mapping[str, Any] = rulebook.tables.get("product_words", {})
        self._worth: dict[Word, list[tuple[str, float]]] = defaultdict(list)
        for product, words in table.get("worth", {}).items():
            for word, worth in words.items():
                self._worth[_word(word)].append((product, float(worth)))
        enough = table.get("enough", {})
        self.measured = bool(self._worth)
        self.enough = Enough(int(enough.get("words", 0)), *(float(enough.get(name, 0.0)) for name in _LIMITS))
        self.often_in_passing = frozenset[str](table.get("often_in_passing", ()))

    def worths(self, words: set[Word]) -> Mapping[str, float]:
        """Give what words are worth for each product; products that none speaks for are left out."""
        worths: dict[str, list[float]] = defaultdict(list)
        for word in words & self._worth.keys():
            for product, worth in self._worth[word]:
                worths[product].append(worth)
        return {product: sum(sorted(those)[-MOST:]) for product, those in worths.items()}


@dataclass(slots=True)
class Said:
    """What the words of one message are worth, worked out when first asked for."""

    subjects: Subjects
    found: Found
    counts: Counting
    _worths: Mapping[str, float] | None = field(default=None, repr=False)

    @property
    def worths(self) -> Mapping[str, float]:
        """What they are worth, by product."""
        if self._worths is None:
            self._worths = self.subjects.worths(words_of(self.found, self.counts))
        return self._worths

    def speaks_for(self, product: str, enough: float) -> bool:
        """Tell whether the words are worth so much for a product."""
        return self.worths.get(product, 0.0) >= enough


def words_of(found: Found, counts: Counting) -> set[Word]:
    """Give the stems that count in a message, the subject's among them, alone and two by two."""
    zones = counts.body | counts.subject
    words: set[Word] = set()
    for sentence in found.sentences:
        if sentence.zone in zones:
            words.update(sentence.stems)
            words.update(pairwise(sentence.stems))
    return words


def _word(written: str) -> Word:
    first, _, second = written.partition(" ")
    return (first, second) if second else first
