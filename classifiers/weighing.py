"""How strongly a sentence states a use or a decision: its cues, its shape and its words, with what each is worth.

The worths are log-odds and stand in rules/statement_weights.toml and rules/statement_words.toml; they were measured on
labelled mail. Their sum is made a chance between 0 and 1.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from classifiers.matching import Match, Sentence
from classifiers.message_evidence import Evidence
from classifiers.rule import Rank, Rulebook
from classifiers.verdict import Dimension, StatementKind, ZoneKind
from classifiers.words import stem

WORDS = "statement.words"  # stands for the rule where a sentence holds no cue and its words and shape decided
CUES = {StatementKind.USE: "use", StatementKind.DECISION: "decision"}
_FIRST_PERSON = frozenset({"we", "our", "us", "i", "my"})
_SPEAKING = ("data-request", "publication-comment", "survey-future")  # channels whose words change what a sentence is
_FRAGMENT, _BRIEF, _LONG = 5, 8, 35  # words
_CLAUSE_ENDS = ":;,(.?!-\u2013\u2014"
_FIFTHS, _SIXES, _MOST_SIXES, _MOST_CUES = 5, 6, 6, 4  # of a message; words; of these; cues of a sentence
_FIRST_WORDS = 2
_BEFORE = frozenset({"shape.data-request", "shape.question", "shape.names-product"})  # tell what comes next
_MONEY = re.compile(r"\u00a3|\b\d+k\b|\bmillion\b")
_DATE = re.compile(
    r"\b(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\b"
    r"|\b(?:mon|tues|wednes|thurs|fri)day\b",
    re.IGNORECASE,
)


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

    def of_words(self, stems: Sequence[str]) -> float:
        """Give the worth of a sentence's words, each once."""
        first = (self.first.get(one, 0.0) for one in dict.fromkeys(stems[:_FIRST_WORDS]))
        return math.fsum((*(self.words.get(one, 0.0) for one in dict.fromkeys(stems)), *first))


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


def weigh(evidence: Evidence, kind: StatementKind, worths: Worths) -> tuple[Weighed, ...]:
    """Weigh all sentences that count, best first."""
    weighed = []
    for sentence, names in traits(evidence, kind):
        cues = [one for one in names if one.startswith(f"{CUES[kind]}.")]
        rules = sorted(cues, key=lambda one: (-worths.of(one), one))  # of equals always the same first
        total = worths.start + math.fsum(worths.of(name) for name in names)  # exact in any order
        total += worths.of_words(stems_of(sentence))
        weighed.append(Weighed(sentence, 1 / (1 + math.exp(-total)), tuple(rules) or (WORDS,)))
    return tuple(sorted(weighed, key=lambda one: (-one.score, one.sentence.place)))


def stems_of(sentence: Sentence) -> list[str]:
    """Give the stems of a sentence's words, figures left out."""
    return [stem(word.form) for word in sentence.words if word.form.isalpha()]


def traits(evidence: Evidence, kind: StatementKind) -> tuple[tuple[Sentence, frozenset[str]], ...]:
    """Give the cues (by rule) and shapes of every sentence that counts; what is denied in so many words is left out."""
    found, labels = evidence.found, evidence.form.labels if evidence.form else frozenset[int]()
    denied = {match.sentence.place for match in found.of(f"no-{CUES[kind]}")}
    named = _named(evidence, kind)
    body = [
        one
        for one in found.sentences
        if one.zone in evidence.counts.body and one.kind is not ZoneKind.SUBJECT and one.place not in labels
    ]
    if body:
        named[body[0].place].add("shape.opens")
        named[body[-1].place].add("shape.closes")
    told, before = [], frozenset[str]()
    for number, one in enumerate(one for one in body if one.place not in denied):
        own = frozenset([*_shape(evidence, one), *named[one.place]])
        told.append((one, own | {*_placed(number, len(body), CUES[kind], own), *(f"after.{name}" for name in before)}))
        before = own & _BEFORE
    return tuple(told)


def _placed(number: int, count: int, cue: str, own: frozenset[str]) -> Iterator[str]:
    """Say where in its message a sentence stands, and how many cues it holds."""
    yield f"place.{min(_FIFTHS - 1, _FIFTHS * number // count)}"
    yield f"cues.{min(_MOST_CUES, sum(name.startswith(f'{cue}.') for name in own))}"


def _named(evidence: Evidence, kind: StatementKind) -> dict[int, set[str]]:
    """Give what the matches of a sentence say of it, by its place."""
    named: dict[int, set[str]] = defaultdict(set)
    for match in evidence.found.matches:
        named[match.sentence.place].update(_names(evidence, match, CUES[kind]))
    return named


def _names(evidence: Evidence, match: Match, cue: str) -> Iterator[str]:
    rule = match.rule
    if rule.rank is Rank.CUE:
        opening = rule.tag == f"{cue}-opening" and _begins_clause(evidence, match)
        if opening or rule.tag in (cue, f"{cue}-against"):
            yield rule.id
        elif rule.tag == "set-aside":
            yield "shape.set-aside"
    elif rule.rank is not Rank.CANCELS:
        if rule.dimension is Dimension.USE:
            yield "shape.names-use"
        elif rule.dimension is Dimension.PRODUCT and rule.rank is Rank.DECIDES:
            yield "shape.names-product"
        elif rule.dimension is Dimension.CHANNEL and rule.tag in _SPEAKING:
            yield f"shape.{rule.tag}"


def _begins_clause(evidence: Evidence, match: Match) -> bool:
    """Tell whether a match stands where people leave the subject out: first, second, or after a stop or a dash."""
    if match.first <= 1:
        return True
    text = evidence.found.message.zones[match.sentence.zone].text
    before = text[match.sentence.start : match.start].rstrip(" \n\t\"'*")
    return before.endswith(tuple(_CLAUSE_ENDS))


def _shape(evidence: Evidence, sentence: Sentence) -> Iterator[str]:
    count = len(sentence.words)
    text = sentence.text[sentence.start : sentence.end]
    yield f"sixes.{min(_MOST_SIXES, count // _SIXES)}"
    if _MONEY.search(text):
        yield "shape.money"
    if _DATE.search(text):
        yield "shape.date"
    if any(word.form in _FIRST_PERSON for word in sentence.words):
        yield "shape.first-person"
    if evidence.is_question(sentence):
        yield "shape.question"
    if count < _FRAGMENT:
        yield "shape.fragment"
    if count < _BRIEF:
        yield "shape.brief"
    if count > _LONG:
        yield "shape.long"


def _by_default(tag: str, weight: float) -> float:
    return -weight if tag.endswith("-against") else weight
