"""Whether a person must look, and why, in words: each doubt about a verdict is named, sized and weighed."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from classifiers.catalogue import Catalogue
from classifiers.categories import BY_ADDRESS
from classifiers.confidence import DoubtWorths
from classifiers.evidence import NOBODY
from classifiers.impression import Impression
from classifiers.message_evidence import Evidence
from classifiers.products import SUPPORTED
from classifiers.resolve import OURS, SURVEY
from classifiers.rule import Rank
from classifiers.verdict import Dimension, Role, Tag

THRESHOLD = 0.92  # the default of the setting; how it was found stands in docs/tagging.md
WIDE_WEIGHT = 0.88  # rules up to this weight are wide
TOLD = 0.2  # log-odds that a doubt must take off to be told
_MOST_SURVEY = 3  # words of the survey that are counted
_FRAMES = frozenset({"survey-future", "feedback-session", "technical-advisory-group"})
_LEAST_CHANCE = 0.001  # of a kind of user
_MOST_SCORE = 30.0  # log-odds: beyond, the exponential says no more
_UNCERTAIN = {Dimension.DISPOSITION: "the kind of message", Dimension.USER_CATEGORY: "who writes"}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that speaks against a verdict: its name in doubt_weights.toml, its size, and in words."""

    name: str
    words: str
    size: float = 1.0


@dataclass(frozen=True, slots=True)
class Assessment:
    """How sure the whole verdict is, and why a person must look (nothing: they need not)."""

    confidence: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict on a message that a person has to read, with all that may speak against it."""

    tags: tuple[Tag, ...]
    users: tuple[Tag, ...]  # the kinds of user in question, the likeliest first
    evidence: Evidence
    impression: Impression
    left_out: tuple[Tag, ...] = ()  # products that rules tell and of which hardly a word speaks

    @property
    def products(self) -> list[Tag]:
        """The products of the verdict."""
        return [tag for tag in self.tags if tag.dimension is Dimension.PRODUCT]


def assess(judged: Judged, catalogue: Catalogue, worths: DoubtWorths, *, threshold: float) -> Assessment:
    """Weigh a verdict, and name tags as the catalogue does. What was cut short always goes to a person."""
    if judged.evidence.found.cut:
        return Assessment(0.0, (judged.evidence.found.cut,))
    found = doubts(judged, catalogue)
    confidence = worths.confidence((one.name, one.size) for one in found)
    if confidence >= threshold:
        return Assessment(confidence, ())
    ordered = sorted(found, key=lambda one: -worths.of(one.name) * one.size)
    told = [one.words for one in ordered if worths.of(one.name) * one.size >= TOLD]
    return Assessment(confidence, tuple(told or [one.words for one in ordered[:1]] or ["its confidence is low"]))


def assess_apart(disposition: Tag, evidence: Evidence, *, threshold: float) -> Assessment:
    """Weigh a verdict on a message that nobody has to read: it is as sure as its disposition."""
    if evidence.found.cut:
        return Assessment(0.0, (evidence.found.cut,))
    reason = f"{_UNCERTAIN[Dimension.DISPOSITION]} is not certain: {disposition.reason}"
    return Assessment(disposition.confidence, () if disposition.confidence >= threshold else (reason,))


def doubts(judged: Judged, catalogue: Catalogue) -> tuple[Doubt, ...]:
    """Give all that speaks against a verdict on a message that a person has to read."""
    return (
        *_of_singles(judged.tags, judged.users[1:], catalogue),
        *_of_products(judged.products, catalogue),
        *_of_left_out(judged.left_out, catalogue),
        *_of_the_rest(judged.products, judged.evidence, catalogue),
        *_of_channels(judged.tags, catalogue),
        *of_words(judged.tags, judged.impression, catalogue),
    )


def of_words(tags: Sequence[Tag], impression: Impression, catalogue: Catalogue) -> Iterator[Doubt]:
    """Doubt where the words alone suggest other tags than those given."""
    given = [tag.value for tag in tags if tag.dimension is Dimension.PRODUCT]
    others = {one: score for one, score in impression.products.items() if one not in given}
    if others:
        words = _of_others(_most(others), impression, catalogue, is_given=bool(given))
        yield Doubt("other words", words, sum(map(_against, others.values())))
    if given:
        named = catalogue.quoted(Dimension.PRODUCT, min(given, key=impression.for_product))
        size = sum(_against(-impression.for_product(one)) for one in given)
        yield Doubt("few words", f"few of its words speak of {named}", size)
    user = next(tag.value for tag in tags if tag.dimension is Dimension.USER_CATEGORY)
    yield _of_users(user, impression, catalogue)


def _of_others(likeliest: str, impression: Impression, catalogue: Catalogue, *, is_given: bool) -> str:
    """Say what the words suggest; of a message that only an attachment or a cipher holds, that there are none."""
    if not is_given and likeliest in impression.untold:
        return "it has no words that tell what it is about"
    return f"its words could also speak of {catalogue.quoted(Dimension.PRODUCT, likeliest)}"


def _of_users(user: str, impression: Impression, catalogue: Catalogue) -> Doubt:
    """Doubt who writes, where words and address suggest another kind of user or make none likely."""
    likeliest = _most(impression.users) if impression.users else user
    words = "its words and its address do not make sure who writes"
    if likeliest not in (user, NOBODY):
        words = f"its words and its address are those of {catalogue.quoted(Dimension.USER_CATEGORY, likeliest)}"
    return Doubt("words of other user", words, -math.log(max(impression.for_user(user), _LEAST_CHANCE)))


def _most(scores: Mapping[str, float]) -> str:
    return max(scores, key=lambda one: scores[one])


def _against(score: float) -> float:
    """Give the negative logarithm of the chance that something of these log-odds is not so."""
    return math.log1p(math.exp(min(score, _MOST_SCORE)))


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
    if all(tag.confidence <= SUPPORTED for tag in products):
        proposed = f"no rule decides on the product; {_titles(products, catalogue)} is proposed"
        yield Doubt("no product", proposed if products else "no product was recognised in it")
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


def _of_left_out(products: Iterable[Tag], catalogue: Catalogue) -> Iterator[Doubt]:
    for tag in products:
        named = catalogue.quoted(Dimension.PRODUCT, tag.value)
        yield Doubt("other sense", f"words of {named} stand there, it seems in passing")


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
        of_what = "the survey itself" if evidence.found.of(SURVEY) else "statistics in general"
        yield Doubt("survey", f"it speaks of {of_what}", min(spoken, _MOST_SURVEY))
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
