"""What each sentence of a letter is like: the cues it holds, its shape and its place.

Both kinds of statements look at the same sentences, so what does not depend on the kind is worked out once.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from classifiers.matching import Match, Sentence
from classifiers.message_evidence import Evidence
from classifiers.rule import Rank, Rule
from classifiers.verdict import Dimension, StatementKind, ZoneKind

CUES = {StatementKind.USE: "use", StatementKind.DECISION: "decision"}
_KIND_OF = {tag: kind for kind, cue in CUES.items() for tag in (cue, f"{cue}-against", f"{cue}-opening")}
_FIRST_PERSON = frozenset({"we", "our", "us", "i", "my"})
_SPEAKING = ("data-request", "publication-comment", "survey-future")  # channels whose words change what a sentence is
_FRAGMENT, _BRIEF, _LONG = 5, 8, 35  # words
_CLAUSE_ENDS = tuple(":;,(.?!-\u2013\u2014")
_FIFTHS, _SIXES, _MOST_SIXES, _MOST_CUES = 5, 6, 6, 4  # of a message; words; of these; cues of a sentence
_BEFORE = frozenset({"shape.data-request", "shape.question", "shape.names-product"})  # tell what comes next
_MONEY = re.compile(r"\u00a3|\b\d+k\b|\bmillion\b")
_DATE = re.compile(
    r"\b(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\b"
    r"|\b(?:mon|tues|wednes|thurs|fri)day\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may state something: its shape, and the rules of the cues it holds."""

    sentence: Sentence
    shape: frozenset[str]
    cues: Mapping[StatementKind, frozenset[str]]
    denies: frozenset[StatementKind]  # in so many words


def candidates(evidence: Evidence) -> tuple[Candidate, ...]:
    """Give every sentence that counts, in order."""
    body = _body(evidence)
    shapes, cues = _named(evidence.found.standing)
    denied = {kind: {match.sentence for match in evidence.found.of(f"no-{cue}")} for kind, cue in CUES.items()}
    if body:
        shapes[body[0]].add("shape.opens")
        shapes[body[-1]].add("shape.closes")
    return tuple(
        Candidate(
            sentence=one,
            shape=frozenset(shapes[one].union(_shape(evidence, one))),
            cues={kind: frozenset(cues[kind].get(one, ())) for kind in CUES},
            denies=frozenset([kind for kind in CUES if one in denied[kind]]),
        )
        for one in body
    )


def traits(those: Iterable[Candidate], kind: StatementKind) -> Iterator[tuple[Candidate, frozenset[str]]]:
    """Give the cues (by rule) and shapes of every sentence, but of those that deny such a statement."""
    every = tuple(those)
    before = frozenset[str]()
    for number, one in enumerate(one for one in every if kind not in one.denies):
        own = one.shape | one.cues[kind]
        yield one, own.union(_placed(number, len(every), CUES[kind], own), [f"after.{name}" for name in before])
        before = own & _BEFORE


def _body(evidence: Evidence) -> list[Sentence]:
    labels = evidence.form.labels if evidence.form else frozenset[int]()
    return [
        one
        for one in evidence.found.sentences
        if one.zone in evidence.counts.body and one.kind is not ZoneKind.SUBJECT and one.place not in labels
    ]


def _placed(number: int, count: int, cue: str, own: Iterable[str]) -> tuple[str, str]:
    """Say where in its message a sentence stands, and how many cues it holds."""
    held = sum(name.startswith(f"{cue}.") for name in own)
    return f"place.{min(_FIFTHS - 1, _FIFTHS * number // count)}", f"cues.{min(_MOST_CUES, held)}"


_ByKind = Mapping[StatementKind, Mapping[Sentence, set[str]]]


def _named(matches: Iterable[Match]) -> tuple[dict[Sentence, set[str]], _ByKind]:
    """Give what the matches of each sentence say of it, and the rules of its cues."""
    shapes: dict[Sentence, set[str]] = defaultdict(set)
    cues: Mapping[StatementKind, dict[Sentence, set[str]]] = {kind: defaultdict(set) for kind in StatementKind}
    for match in matches:
        rule = match.rule
        kind = _KIND_OF.get(rule.tag) if rule.rank is Rank.CUE else None
        if kind is None:
            shapes[match.sentence].update(_says(rule))
        elif not rule.tag.endswith("-opening") or _begins_clause(match):
            cues[kind][match.sentence].add(rule.id)
    return shapes, cues


def _says(rule: Rule) -> tuple[str, ...]:
    """Say what a rule that is no cue of a statement tells of its sentence."""
    if rule.rank is Rank.CUE:
        return ("shape.set-aside",) if rule.tag == "set-aside" else ()
    if rule.rank is Rank.CANCELS:
        return ()
    if rule.dimension is Dimension.USE:
        return ("shape.names-use",)
    if rule.dimension is Dimension.PRODUCT:
        return ("shape.names-product",) if rule.rank is Rank.DECIDES else ()
    return (f"shape.{rule.tag}",) if rule.dimension is Dimension.CHANNEL and rule.tag in _SPEAKING else ()


def _begins_clause(match: Match) -> bool:
    """Tell whether a match stands where people leave the subject out: first, second, or after a stop or a dash."""
    if match.first <= 1:
        return True
    before = match.sentence.text[match.sentence.start : match.start].rstrip(" \n\t\"'*")
    return before.endswith(_CLAUSE_ENDS)


def _shape(evidence: Evidence, sentence: Sentence) -> Iterator[str]:
    count = len(sentence.forms)
    text = sentence.text[sentence.start : sentence.end]
    yield f"sixes.{min(_MOST_SIXES, count // _SIXES)}"
    if _MONEY.search(text):
        yield "shape.money"
    if _DATE.search(text):
        yield "shape.date"
    if not _FIRST_PERSON.isdisjoint(sentence.forms):
        yield "shape.first-person"
    if evidence.is_question(sentence):
        yield "shape.question"
    if count < _FRAGMENT:
        yield "shape.fragment"
    if count < _BRIEF:
        yield "shape.brief"
    if count > _LONG:
        yield "shape.long"
