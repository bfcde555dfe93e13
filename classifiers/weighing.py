"""How strongly a sentence states a use or a decision: its cues, its shape and its words, with what each is worth.

The worths are log-odds and stand in rules/statement_weights.toml and rules/statement_words.toml; they were measured on
labelled mail. Their sum is made a chance between 0 and 1.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from classifiers.matching import Sentence
from classifiers.rule import Rank, Rulebook
from classifiers.traits import CUES, Candidate, traits
from classifiers.verdict import StatementKind

WORDS = "statement.words"  # stands for the rule where a sentence holds no cue and its words and shape decided
_FIRST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sentence, the chance that it states something, and the rules that spoke for it, the strongest first."""

    sentence: Sentence
    score: float
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Worths:
    """What cues and shapes are worth for one kind of statement, and from where on how many sentences are quoted."""

    start: float
    least: float
    second: float
    most: int
    worth: Mapping[str, float]
    default: Mapping[str, float]
    words: Mapping[str, float] = field(default_factory=dict)  # by stem, anywhere in a sentence
    first: Mapping[str, float] = field(default_factory=dict)  # by stem, as one of its first two words

    def of(self, name: str) -> float:
        """Give the worth of a rule or a shape; a rule that was never measured has the weight its file gives it."""
        return self.worth.get(name, self.default.get(name, 0.0))

    def of_all(self, names: Iterable[str]) -> float:
        """Give the worth of several together, exact in any order."""
        worth, default = self.worth, self.default
        return math.fsum([worth[name] if name in worth else default.get(name, 0.0) for name in names])

    def of_words(self, stems: Sequence[str]) -> float:
        """Give the worth of a sentence's words, each once."""
        anywhere = [self.words[one] for one in self.words.keys() & stems]
        first = [self.first[one] for one in self.first.keys() & stems[:_FIRST_WORDS]]
        return math.fsum((*anywhere, *first))  # exact in any order


def worths_of(rulebook: Rulebook, kind: StatementKind) -> Worths:
    """Take the worths of a kind of statement from the rule files."""
    table = rulebook.tables.get("statement_weights", {}).get(kind.value, {})
    words = rulebook.tables.get("statement_words", {}).get(kind.value, {})
    default = {rule.id: _by_default(rule.tag, rule.weight) for rule in rulebook.rules if rule.rank is Rank.CUE}
    numbers = {name: float(worth) for name, worth in table.get("worth", {}).items()}
    return Worths(
        start=float(table.get("start", -4.0)),
        least=float(table.get("least", 0.3)),
        second=float(table.get("second", 0.7)),
        most=int(table.get("most", 2)),
        worth=numbers,
        default=default,
        words=words.get("anywhere", {}),
        first=words.get("first", {}),
    )


def weigh(those: Iterable[Candidate], kind: StatementKind, worths: Worths) -> tuple[Weighed, ...]:
    """Weigh all sentences that count, best first."""
    weighed = []
    for one, names in traits(those, kind):
        cues = [cue for cue in one.cues[kind] if cue.startswith(f"{CUES[kind]}.")]
        rules = sorted(cues, key=lambda cue: (-worths.of(cue), cue))  # of equals always the same first
        total = worths.start + worths.of_all(names) + worths.of_words(one.sentence.stems)
        weighed.append(Weighed(one.sentence, 1 / (1 + math.exp(-total)), tuple(rules) or (WORDS,)))
    return tuple(sorted(weighed, key=lambda one: (-one.score, one.sentence.place)))


def _by_default(tag: str, weight: float) -> float:
    return -weight if tag.endswith("-against") else weight
