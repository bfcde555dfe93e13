"""Why a tag stands, rule by rule, and why another does not: the nearest rule and what it lacks."""

from dataclasses import dataclass

from classifiers.matching import Matchers, Sentence
from classifiers.message_evidence import Evidence
from classifiers.rule import Rank, Rule, Rulebook
from classifiers.verdict import Dimension, Hit, Role, Tag, Verdict, ZoneKind

MOST_NEAR = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The tag that is asked about."""

    dimension: Dimension
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleShare:
    """What one rule gave to a tag: where the rule stands, and the hits it made."""

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
    """A rule that came near: the sentence it came nearest in, and the words it lacks (alternatives of each place)."""

    rule: str
    file: str
    line: int
    sentence: str
    lacks: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class WhyNot:
    """Why a tag does not stand, in words; the hits that did not count, and the rules that came nearest."""

    asked: Asked
    reason: str
    hits: tuple[Hit, ...] = ()
    near: tuple[NearRule, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """A verdict explained."""

    verdict: Verdict
    tags: tuple[ExplainedTag, ...]
    why_not: WhyNot | None = None


def explained(verdict: Verdict, rulebook: Rulebook) -> tuple[ExplainedTag, ...]:
    """Sort the hits of each tag by rule."""
    return tuple(ExplainedTag(tag=tag, shares=_shares(tag, rulebook)) for tag in verdict.tags)


def why_not_of(evidence: Evidence, verdict: Verdict, asked: Asked, rulebook: Rulebook, matchers: Matchers) -> WhyNot:
    """Say why a tag does not stand."""
    if asked.value in verdict.values(asked.dimension):
        return WhyNot(asked=asked, reason="it stands")
    if asked.value not in {entry.id for entry in rulebook.catalogue.of(asked.dimension)}:
        return WhyNot(asked=asked, reason="no such tag is in the catalogue")
    hits = tuple(hit for hit in verdict.hits if (hit.dimension, hit.value) == (asked.dimension, asked.value))
    if hits:
        return WhyNot(asked=asked, reason=_reason(evidence, hits, rulebook), hits=hits)
    near = _nearest(evidence, asked, rulebook, matchers)
    return WhyNot(asked=asked, reason="no rule of it matched", near=near)


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


def _reason(evidence: Evidence, hits: tuple[Hit, ...], rulebook: Rulebook) -> str:
    """Say why hits did not make a tag; the hit that came nearest decides."""
    deciding = [hit for hit in hits if _rank(hit, rulebook) is Rank.DECIDES]
    if not deciding:
        return "only supporting words were found, which never tag"
    if all(hit.role is Role.SET_ASIDE for hit in deciding):
        return "it is named only to be set aside"
    if all(hit.role is Role.MENTIONED for hit in deciding):
        return "its words stand in another sense, in a name, or without the words that its rule needs"
    asked = [hit for hit in deciding if hit.role is Role.ASKED]
    counted = evidence.counts.body | evidence.counts.subject
    if all(hit.zone not in counted for hit in asked):
        return f"it is named only in {_zone_names(evidence, asked)}, which does not count by itself"
    return "what kind of letter it is, or what stands beside it, speaks against it"


def _rank(hit: Hit, rulebook: Rulebook) -> Rank | None:
    known = rulebook.rule(hit.rule)
    return known.rank if known else None


def _zone_names(evidence: Evidence, hits: list[Hit]) -> str:
    zones = evidence.found.message.zones
    kinds = dict.fromkeys(zones[hit.zone].kind for hit in hits)
    names = {ZoneKind.QUOTED: "quoted mail", ZoneKind.FORWARDED: "a forwarded message"}
    return " and ".join(names.get(kind, f"the {kind}") for kind in kinds)


def _nearest(evidence: Evidence, asked: Asked, rulebook: Rulebook, matchers: Matchers) -> tuple[NearRule, ...]:
    """Give the rules that lack the least, each in the sentence where it does."""
    sentences = [
        sentence
        for sentence in evidence.found.sentences
        if sentence.zone in evidence.counts.body | evidence.counts.subject
    ]
    wanted = [
        rule
        for rule in rulebook.rules
        if rule.dimension is asked.dimension and rule.tag == asked.value and rule.rank is Rank.DECIDES
    ]
    near = [one for rule in wanted if (one := _near(evidence, rule, sentences, matchers)) is not None]
    return tuple(sorted(near, key=lambda one: len(one.lacks))[:MOST_NEAR])


def _near(evidence: Evidence, rule: Rule, sentences: list[Sentence], matchers: Matchers) -> NearRule | None:
    lacking = [
        (lacks, sentence)
        for sentence in sentences
        if sentence.words and (lacks := matchers.nearest(rule, sentence)) is not None
    ]
    if not lacking:
        return None
    lacks, sentence = min(lacking, key=lambda pair: len(pair[0]))
    text = evidence.found.message.zones[sentence.zone].text[sentence.start : sentence.end]
    words = tuple(tuple(sorted(atom.strip("=~") for atom in slot)) for slot in lacks)
    return NearRule(rule=rule.id, file=rule.file, line=rule.line, sentence=" ".join(text.split()), lacks=words)
