"""What the words of the whole letter change in its products, where they and the rules disagree widely.

The rules decide. But a product beside another, of whose mail the letter has hardly a word, was told in passing; a
letter in which no rule found a product, and whose words are those of mail about one, is about it (for a person to
see); and the survey itself is asked about in more ways than rules can list, and named where a product is meant. How far
words and rules must disagree stands in rules/product_words.toml, as log-odds; where no words were measured, the rules
alone decide.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from classifiers.impression import Impression
from classifiers.message_evidence import Evidence
from classifiers.products import LONG, SUPPORTED, SURVEY, Frame, asks_of_people, length_of
from classifiers.rule import Rulebook, Situation
from classifiers.verdict import Dimension, Tag

TABLE, SECTION = "product_words", "against_rules"
_GIVES_SURVEY = f"{Dimension.PRODUCT}:{SURVEY}"
_SURVEY_SURE = 0.7  # what the survey is worth that words alone tell beside a product
_NEVER = 99.0  # log-odds that no words reach


@dataclass(frozen=True, slots=True)
class Limits:
    """The log-odds by which words go against the rules: at most so much to leave out, at least so much to add."""

    words: float = 0.0  # in a letter of fewer, nothing is left out: its words tell too little
    drop: float = -_NEVER  # a product, beside others
    drop_survey: float = -_NEVER  # the survey, beside a product or where words are those of one
    add_survey: float = _NEVER
    alone: float = _NEVER  # the likeliest product, where no rule decides
    instead: float = _NEVER  # the likeliest product, in the place of a survey that is left out


def limits_of(rulebook: Rulebook) -> Limits:
    """Take the limits from the rule files; without them words never go against the rules."""
    table: Mapping[str, Any] = rulebook.tables.get(TABLE, {})
    words, limits = table.get("enough", {}).get("words", 0), table.get(SECTION, {})
    return Limits(float(words), **{name: float(limits[name]) for name in Limits.__slots__ if name in limits})


def looked_at_again(
    evidence: Evidence, frame: Frame, about: tuple[Tag, ...], impression: Impression, limits: Limits
) -> tuple[Tag, ...]:
    """Give the products after a second look at all words of the letter."""
    odds = impression.products
    if not odds:
        return about
    framed = frame.future or frame.points
    if not framed and [tag.value for tag in about] == [SURVEY] and _is_of_another(odds, limits):
        about = ()
    if length_of(evidence) >= limits.words:
        about = _without_unlikely(about, odds, limits, framed=framed)
    if frame.meeting and not frame.points:
        return about
    if not about and not (asks_of_people(evidence) and length_of(evidence) <= LONG):
        return ()
    return (*about, *(_survey(evidence, about, odds, limits) or _likeliest(evidence, about, odds, limits)))


def in_question(situations: Iterable[Situation], impression: Impression, limits: Limits) -> tuple[Situation, ...]:
    """Leave out situations that make a letter one about the survey, where its words are those of mail on a product."""
    of_another = _is_of_another(impression.products, limits)
    return tuple(one for one in situations if not (of_another and _GIVES_SURVEY in one.gives))


def _is_of_another(odds: Mapping[str, float], limits: Limits) -> bool:
    """Tell whether hardly a word is of the survey and all words are those of mail about a product."""
    best = max((score for product, score in odds.items() if product != SURVEY), default=-_NEVER)
    return odds.get(SURVEY, 0.0) <= limits.drop_survey and best >= limits.instead


def _without_unlikely(
    about: tuple[Tag, ...], odds: Mapping[str, float], limits: Limits, *, framed: bool
) -> tuple[Tag, ...]:
    """Leave out products of which hardly a word speaks, beside others; the survey stays where the letter is of it."""

    def speaks(tag: Tag) -> bool:
        if tag.value == SURVEY:
            return framed or odds.get(tag.value, 0.0) > limits.drop_survey
        return odds.get(tag.value, 0.0) > limits.drop

    kept = tuple(tag for tag in about if speaks(tag))
    return kept or about[:1]


def _survey(evidence: Evidence, about: tuple[Tag, ...], odds: Mapping[str, float], limits: Limits) -> tuple[Tag, ...]:
    if any(tag.value == SURVEY for tag in about) or odds.get(SURVEY, -_NEVER) < limits.add_survey:
        return ()
    return (_tag(evidence, SURVEY, "its words are those of mail about the survey itself", _SURVEY_SURE),)


def _likeliest(
    evidence: Evidence, about: tuple[Tag, ...], odds: Mapping[str, float], limits: Limits
) -> tuple[Tag, ...]:
    """Where nothing was told: the one product whose mail has such words, for a person to see."""
    best = max(odds, key=lambda product: odds[product])
    if about or odds[best] < limits.alone:
        return ()
    return (_tag(evidence, best, "no rule decides; its words are those of mail about this", SUPPORTED),)


def _tag(evidence: Evidence, product: str, reason: str, confidence: float) -> Tag:
    named = evidence.cue("survey-named") if product == SURVEY else ()
    hits = evidence.tag(Dimension.PRODUCT, product, named, reason).hits
    return Tag(dimension=Dimension.PRODUCT, value=product, confidence=confidence, reason=reason, hits=hits)
