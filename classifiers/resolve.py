"""Evidence to tags: products, uses and channels of a message that a person has to read; pure."""

from dataclasses import dataclass

from classifiers.channels import channels, frame_of
from classifiers.confidence import MOST
from classifiers.counting import counting
from classifiers.forms import form_in
from classifiers.hits import hit_of
from classifiers.impression import Impression
from classifiers.matching import Found
from classifiers.message_evidence import Evidence
from classifiers.products import products
from classifiers.rule import Rulebook
from classifiers.scope import roles
from classifiers.second_look import Limits, in_question, looked_at_again
from classifiers.situations import applied
from classifiers.statements import Statements
from classifiers.subjects import Subjects
from classifiers.uses import RankedUse, Uses
from classifiers.verdict import Dimension, Statement, Tag

SURVEY = "survey-context"
OURS = ("context", SURVEY)  # without one of these and without a product, nothing said is of these statistics


@dataclass(frozen=True, slots=True)
class Resolved:
    """The tags and statements of a message, with the evidence they were made of."""

    evidence: Evidence
    tags: tuple[Tag, ...]
    statements: tuple[Statement, ...]
    left_out: tuple[Tag, ...] = ()  # products that rules tell and of which hardly a word of the letter speaks

    def values(self, dimension: Dimension) -> tuple[str, ...]:
        """Give the values of one dimension."""
        return tuple(tag.value for tag in self.tags if tag.dimension is dimension)


def evidence_of(found: Found) -> Evidence:
    """Sort what was found by what counts and in which role."""
    return Evidence(found=found, roles=roles(found), counts=counting(found), form=form_in(found))


def resolve(
    evidence: Evidence,
    rulebook: Rulebook,
    subjects: Subjects,
    uses: Uses,
    statements: Statements,
    category: str,
    impression: Impression,
    limits: Limits,
) -> Resolved:
    """Decide on the products, uses, channels and statements of a message."""
    frame = frame_of(evidence)
    told = products(evidence, frame, subjects)
    about = looked_at_again(evidence, frame, told, impression, limits)
    ours = bool(about) or evidence.form is not None or any(evidence.has(cue) for cue in OURS)
    stated = statements.stated(evidence, meeting=frame.meeting, future=frame.future) if ours else ()
    ranked = uses.ranked(evidence.found, evidence.counts, stated, category, tuple(tag.value for tag in about))
    used = tuple(_use_tag(evidence, one) for one in uses.chosen(ranked))
    ways = channels(evidence, frame, about, uses=bool(used))
    situations = in_question(rulebook.situations, impression, limits)
    tags = applied(situations, evidence, (*about, *used, *ways))
    tags, stated = _consistent(tags, stated)
    left_out = tuple(tag for tag in told if tag.value not in {one.value for one in about})
    return Resolved(evidence=evidence, tags=tags, statements=stated, left_out=left_out)


def _use_tag(evidence: Evidence, use: RankedUse) -> Tag:
    return Tag(
        dimension=Dimension.USE,
        value=use.value,
        confidence=round(min(use.chance, MOST), 4),
        reason="the statement's own words" if use.matches else "who sends it and what is asked for",
        hits=tuple(hit_of(match, evidence.found.message) for match in use.matches),
    )


def _consistent(tags: tuple[Tag, ...], stated: tuple[Statement, ...]) -> tuple[tuple[Tag, ...], tuple[Statement, ...]]:
    """Usage feedback stands exactly when a use does; without a use nothing is stated."""
    used = any(tag.dimension is Dimension.USE for tag in tags)
    if not used:
        tags = tuple(tag for tag in tags if tag.value != "usage-feedback")
        stated = ()
    return tags, stated
