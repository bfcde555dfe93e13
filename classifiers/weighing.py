"""How strongly a sentence states a use or a decision: the cues it holds and its shape, with what each is worth.

The worths are log-odds and stand in rules/statement_weights.toml; they were measured on labelled mail. Their sum is
made a chance between 0 and 1.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from classifiers.matching import Match, Sentence
from classifiers.message_evidence import Evidence
from classifiers.rule import Rank, Rulebook
from classifiers.verdict import Dimension, StatementKind, ZoneKind

CUES = {StatementKind.USE: "use", StatementKind.DECISION: "decision"}
_FIRST_PERSON = frozenset({"we", "our", "us", "i", "my"})
_SPEAKING = ("data-request", "publication-comment", "survey-future")  # channels whose words change what a sentence is
_FRAGMENT, _BRIEF, _LONG = 5, 8, 35  # words
_CLAUSE_ENDS = ":;,(.?!-\u2013\u2014"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sentence, the chance that it states something, and the rules that spoke for it, the strongest first."""

    sentence: Sentence
    score: float
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Worths:
    """What cues and shapes are worth for one kind of statement, and from where on a sentence is quoted."""

    start: float
    least: float
    second: float
    worth: Mapping[str, float]
    default: Mapping[str, float]

    def of(self, name: str) -> float:
        """Give the worth of a rule or a shape; a rule that was never measured has the weight its file gives it."""
        return self.worth.get(name, self.default.get(name, 0.0))


def worths_of(rulebook: Rulebook, kind: StatementKind) -> Worths:
    """Take the worths of a kind of statement from the rule files."""
    table = rulebook.tables.get("statement_weights", {}).get(kind.value, {})
    default = {rule.id: _by_default(rule.tag, rule.weight) for rule in rulebook.rules if rule.rank is Rank.CUE}
    numbers = {name: float(worth) for name, worth in table.get("worth", {}).items()}
    return Worths(
        start=float(table.get("start", -4.0)),
        least=float(table.get("least", 0.3)),
        second=float(table.get("second", 0.7)),
        worth=numbers,
        default=default,
    )


def weigh(evidence: Evidence, kind: StatementKind, worths: Worths) -> tuple[Weighed, ...]:
    """Weigh all sentences that count and hold a cue of the kind, best first."""
    weighed = []
    for sentence, names in traits(evidence, kind):
        cues = [one for one in names if one.startswith(f"{CUES[kind]}.")]
        rules = sorted(cues, key=lambda one: (-worths.of(one), one))  # of equals always the same first
        if rules:
            total = worths.start + math.fsum(worths.of(name) for name in names)  # exact in any order
            weighed.append(Weighed(sentence, 1 / (1 + math.exp(-total)), tuple(rules)))
    return tuple(sorted(weighed, key=lambda one: (-one.score, one.sentence.place)))


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
    return tuple(
        (one, frozenset([*_shape(evidence, one), *named[one.place]])) for one in body if one.place not in denied
    )


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
