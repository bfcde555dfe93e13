"""Why a tag stands, rule by rule, and why another does not: the nearest rule and what it lacks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from classifiers.matching import Matchers, Sentence
from classifiers.message_evidence import Evidence
from classifiers.rule import Rank, Rule, Rulebook
from classifiers.uncounted import Asked, Uncounted, speaks_for, uncounted
from classifiers.verdict import Hit, Role, Tag, Verdict, ZoneKind
from classifiers.words import stem

__all__ = [
    "Asked",
    "ExplainedTag",
    "Explanation",
    "NearRule",
    "RuleShare",
    "Uncounted",
    "WhyNot",
    "as_written",
    "explained",
    "readable",
    "why_not_of",
]
MOST_NEAR = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleShare:
    """What one rule gave to a tag: where the rule stands, and the hits it made.

    `file` is empty where the words were found in a register and not by a rule.
    """

    rule: str
    file: str
    line: int
    weight: float
    hits: tuple[Hit, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExplainedTag:
    """A tag of the verdict with its rules, the weightiest first."""

    tag: Tag
    shares: tuple[RuleShare, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class NearRule:
    """A rule that came near: the sentence it came nearest in, and the words it lacks (alternatives of each place).

    Where nothing is lacking, its words stand in another order or too far apart.
    """

    rule: str
    file: str
    line: int
    sentence: str
    lacks: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class WhyNot:
    """Why a tag does not stand, in words; what spoke for it and did not count, and the rules that came nearest."""

    asked: Asked
    reason: str
    uncounted: tuple[Uncounted, ...] = ()
    near: tuple[NearRule, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """A verdict explained."""

    verdict: Verdict
    tags: tuple[ExplainedTag, ...]
    why_not: WhyNot | None = None
    nearly: tuple[WhyNot, ...] = ()  # when it was asked for


def explained(verdict: Verdict, rulebook: Rulebook) -> tuple[ExplainedTag, ...]:
    """Sort the hits of each tag by rule."""
    return tuple(ExplainedTag(tag=tag, shares=_shares(tag, rulebook)) for tag in verdict.tags)


def why_not_of(evidence: Evidence, verdict: Verdict, asked: Asked, rulebook: Rulebook, matchers: Matchers) -> WhyNot:
    """Say why a tag does not stand."""
    if asked.value in verdict.values(asked.dimension):
        return WhyNot(asked=asked, reason="it stands")
    if asked.value not in {entry.id for entry in rulebook.catalogue.of(asked.dimension)}:
        return WhyNot(asked=asked, reason="no such tag is in the catalogue")
    spoke = uncounted(evidence, verdict, asked, rulebook)
    near = () if any(_decides(one) for one in spoke) else _nearest(evidence, asked, rulebook, matchers)
    return WhyNot(asked=asked, reason=_reason(spoke), uncounted=spoke, near=near)


def _shares(tag: Tag, rulebook: Rulebook) -> tuple[RuleShare, ...]:
    by_rule: dict[str, list[Hit]] = {}
    for hit in tag.hits:
        by_rule.setdefault(hit.rule, []).append(hit)
    shares = [_share(rule, tuple(hits), rulebook) for rule, hits in by_rule.items()]
    return tuple(sorted(shares, key=lambda share: -share.weight))


def _share(rule: str, hits: tuple[Hit, ...], rulebook: Rulebook) -> RuleShare:
    known = rulebook.rule(rule)
    return RuleShare(
        rule=rule,
        file=known.file if known else "",
        line=known.line if known else 0,
        weight=max(hit.weight for hit in hits),
        hits=hits,
    )


def _reason(spoke: Iterable[Uncounted]) -> str:
    """Say it in a line; the words that came nearest decide."""
    deciding = [one for one in spoke if _decides(one)]
    if not deciding:
        return "only supporting words were found, which never tag" if list(spoke) else "no rule of it matched"
    if all(one.hit.role is Role.SET_ASIDE for one in deciding):
        return "it is named only to be set aside"
    if all(one.hit.role is Role.MENTIONED for one in deciding):
        return "its words stand in another sense, in a name, or without the words that its rule needs"
    return next(one.why for one in deciding if one.hit.role is Role.ASKED)


def _decides(one: Uncounted) -> bool:
    return one.rank is not Rank.SUPPORTS


def _nearest(evidence: Evidence, asked: Asked, rulebook: Rulebook, matchers: Matchers) -> tuple[NearRule, ...]:
    """Give the rules that lack the least, each in the sentence where it does."""
    able = [rule for rule in rulebook.rules if speaks_for(rule, asked) and rule.rank is not Rank.SUPPORTS]
    near = [one for rule in able if (one := _near(evidence, rule, matchers)) is not None]
    return tuple(sorted(near, key=lambda one: len(one.lacks))[:MOST_NEAR])


def _near(evidence: Evidence, rule: Rule, matchers: Matchers) -> NearRule | None:
    lacking = [
        (lacks, sentence)
        for sentence in readable(evidence, rule)
        if (lacks := matchers.nearest(rule, sentence)) is not None
    ]
    if not lacking:
        return None
    lacks, sentence = min(
        lacking, key=lambda pair: (len(pair[0]), pair[1].kind is ZoneKind.SUBJECT, -len(pair[1].written))
    )
    text = evidence.found.message.zones[sentence.zone].text[sentence.start : sentence.end]
    words = tuple(as_written(slot, rule) for slot in lacks)
    return NearRule(rule=rule.id, file=rule.file, line=rule.line, sentence=" ".join(text.split()), lacks=words)


def as_written(slot: Iterable[str], rule: Rule) -> tuple[str, ...]:
    """Give alternatives as the rule has them: of a stem the word it was written as, where the rule spells it out."""
    written = {stem(word): word for text in reversed(rule.written) for word in re.findall(r"\w+", text.lower())}
    shown = (written.get(atom[1:], f"{atom[1:]}-") if atom.startswith("~") else atom.lstrip("=") for atom in slot)
    return tuple(sorted(set(shown)))


def readable(evidence: Evidence, rule: Rule) -> list[Sentence]:
    """Give the sentences in which a rule could have made its tag; a cue may stand wherever its zones are."""
    counts = evidence.counts.body | evidence.counts.subject
    return [
        sentence
        for sentence in evidence.found.sentences
        if sentence.written and sentence.kind in rule.zones and (rule.rank is Rank.CUE or sentence.zone in counts)
    ]
