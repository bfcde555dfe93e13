"""Whether a person must look, and why, in words: each doubt about a verdict is named, sized and weighed."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from classifiers.catalogue import Catalogue
from classifiers.categories import BY_ADDRESS
from classifiers.confidence import of_doubts, worth
from classifiers.evidence import NOBODY
from classifiers.message_evidence import Evidence
from classifiers.resolve import OURS
from classifiers.rule import Rank
from classifiers.verdict import Dimension, Role, Tag

THRESHOLD = 0.84  # the default of the setting; how it was found stands in docs/tagging.md
WIDE_WEIGHT = 0.88  # rules up to this weight are wide
TOLD = 0.2  # log-odds that a doubt must take off to be told
_MOST_SURVEY = 3  # words of the survey that are counted
_FRAMES = frozenset({"survey-future", "feedback-session", "technical-advisory-group"})
_UNCERTAIN = {Dimension.DISPOSITION: "what kind of message it is", Dimension.USER_CATEGORY: "who writes"}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that speaks against a verdict: its name in confidence.py, how much of it there is, and in words."""

    name: str
    words: str
    size: float = 1.0


@dataclass(frozen=True, slots=True)
class Assessment:
    """How sure the whole verdict is, and why a person must look (nothing: they need not)."""

    confidence: float
    reasons: tuple[str, ...]


def assess(
    tags: tuple[Tag, ...], alternatives: tuple[Tag, ...], evidence: Evidence, catalogue: Catalogue, *, threshold: float
) -> Assessment:
    """Weigh a verdict, and name tags as the catalogue does. What was cut short always goes to a person."""
    if evidence.found.cut:
        return Assessment(0.0, (evidence.found.cut,))
    disposition = next(tag for tag in tags if tag.dimension is Dimension.DISPOSITION)
    if disposition.value != "triage":
        reason = f"{_UNCERTAIN[Dimension.DISPOSITION]} is not certain: {disposition.reason}"
        return Assessment(disposition.confidence, () if disposition.confidence >= threshold else (reason,))
    found = doubts(tags, alternatives, evidence, catalogue)
    confidence = of_doubts((one.name, one.size) for one in found)
    if confidence >= threshold:
        return Assessment(confidence, ())
    ordered = sorted(found, key=lambda one: -worth(one.name) * one.size)
    told = [one.words for one in ordered if worth(one.name) * one.size >= TOLD]
    return Assessment(confidence, tuple(told or [one.words for one in ordered[:1]] or ["its confidence is low"]))


def doubts(
    tags: tuple[Tag, ...], alternatives: tuple[Tag, ...], evidence: Evidence, catalogue: Catalogue
) -> tuple[Doubt, ...]:
    """Give all that speaks against a verdict on a message that a person has to read."""
    products = [tag for tag in tags if tag.dimension is Dimension.PRODUCT]
    return (
        *_of_singles(tags, alternatives, catalogue),
        *_of_products(products, catalogue),
        *_of_the_rest(products, evidence, catalogue),
        *_of_channels(tags, catalogue),
    )


def _of_singles(tags: tuple[Tag, ...], alternatives: tuple[Tag, ...], catalogue: Catalogue) -> Iterator[Doubt]:
    for tag in tags:
        if tag.dimension in _UNCERTAIN:
            words = f"{_UNCERTAIN[tag.dimension]} is not certain: {tag.reason}"
            yield Doubt(tag.dimension.value.replace("_", " "), words, _unsure(tag))
        if (tag.dimension, tag.value) == (Dimension.USER_CATEGORY, NOBODY):
            yield Doubt("no user", "it could come from anybody")
        elif tag.dimension is Dimension.USER_CATEGORY:
            yield from _of_signs(tag)
    if alternatives:
        other = catalogue.quoted(Dimension.USER_CATEGORY, alternatives[0].value)
        yield Doubt("other user", f"the user could also be {other}")


def _of_signs(user: Tag) -> Iterator[Doubt]:
    if len(user.hits) <= 1:
        yield Doubt("one sign", "one sign alone tells who writes")
    if all(hit.rule != BY_ADDRESS for hit in user.hits):
        yield Doubt("no address", "the address does not tell who writes")


def _unsure(tag: Tag) -> float:
    return -math.log(max(tag.confidence, 0.01))


def _of_products(products: list[Tag], catalogue: Catalogue) -> Iterator[Doubt]:
    if not products:
        yield Doubt("no product", "no product was recognised in it")
        return
    for tag in products:
        named = catalogue.quoted(Dimension.PRODUCT, tag.value)
        yield Doubt("product", f"the product {named} is not certain: {tag.reason}", _unsure(tag))
        if tag.hits and max(hit.weight for hit in tag.hits) <= WIDE_WEIGHT:
            yield Doubt("wide", f"only wide rules speak for {named}")
    once = [tag for tag in products if len({(hit.zone, hit.start) for hit in tag.hits}) <= 1]
    if once:
        yield Doubt("told once", f"one place alone speaks for {_titles(once, catalogue)}")
    if len(products) > 1:
        words = f"{len(products)} products at once: {_titles(products, catalogue)}"
        yield Doubt("several", words, min(len(products) - 1, 2))


def _titles(products: Iterable[Tag], catalogue: Catalogue) -> str:
    return " and ".join(catalogue.quoted(Dimension.PRODUCT, tag.value) for tag in products)


def _of_the_rest(products: list[Tag], evidence: Evidence, catalogue: Catalogue) -> Iterator[Doubt]:
    """Doubt what was found and did not count: other senses, things set aside, words that only support."""
    tagged = {tag.value for tag in products}
    for value in _untagged(evidence, Rank.DECIDES, Role.SET_ASIDE, tagged):
        named = catalogue.quoted(Dimension.PRODUCT, value)
        yield Doubt("set aside", f"it names {named}, it seems only to set it aside")
    for value in _untagged(evidence, Rank.DECIDES, Role.MENTIONED, tagged):
        named = catalogue.quoted(Dimension.PRODUCT, value)
        yield Doubt("other sense", f"words of {named} stand there, it seems in another sense")
    spoken = sum(len(evidence.found.of(cue)) for cue in OURS)
    if spoken:
        yield Doubt("survey", "it speaks of the survey itself", min(spoken, _MOST_SURVEY))
    supported = _untagged(evidence, Rank.SUPPORTS, Role.ASKED, tagged)
    if supported:
        names = " and ".join(catalogue.quoted(Dimension.PRODUCT, value) for value in sorted(supported))
        yield Doubt("supported", f"words of {names} stand there too", min(len(supported), 2))


def _of_channels(tags: tuple[Tag, ...], catalogue: Catalogue) -> Iterator[Doubt]:
    channels = [tag for tag in tags if tag.dimension is Dimension.CHANNEL and tag.value != "usage-feedback"]
    if not _FRAMES.isdisjoint(tag.value for tag in channels):
        yield Doubt("framed", "it is a kind of letter with rules of its own")
    unsure = [tag for tag in channels if tag.confidence < 0.8]
    if unsure:
        named = catalogue.quoted(Dimension.CHANNEL, unsure[0].value)
        yield Doubt("channel", f"the channel {named} is not certain: {unsure[0].reason}")


def _untagged(evidence: Evidence, rank: Rank, role: Role, tagged: set[str]) -> list[str]:
    matches = evidence.matches(Dimension.PRODUCT, rank, role)
    return list(dict.fromkeys(one.tag for one in matches if evidence.counts.in_full(one) and one.tag not in tagged))
