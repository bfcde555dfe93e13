"""Evidence to tags: products, uses and channels of a message that a person has to read; pure."""

from dataclasses import dataclass

from classifiers.channels import channels, frame_of
from classifiers.counting import counting
from classifiers.forms import form_in
from classifiers.hits import hit_of
from classifiers.matching import Found
from classifiers.message_evidence import Evidence
from classifiers.products import Frame, products
from classifiers.rule import Rulebook
from classifiers.scope import roles
from classifiers.situations import applied
from classifiers.statements import statements, weigh
from classifiers.uses import RankedUse, Uses
from classifiers.verdict import Dimension, Statement, StatementKind, Tag

SURE_DECISION = 0.92  # so sure a decision must be to stand without a word of use


@dataclass(frozen=True, slots=True)
class Resolved:
    """The tags and statements of a message, with the evidence they were made of."""

    evidence: Evidence
    tags: tuple[Tag, ...]
    statements: tuple[Statement, ...]
    ranked_uses: tuple[RankedUse, ...] = ()

    def values(self, dimension: Dimension) -> tuple[str, ...]:
        """Give the values of one dimension."""
        return tuple(tag.value for tag in self.tags if tag.dimension is dimension)


def evidence_of(found: Found) -> Evidence:
    """Sort what was found by what counts and in which role."""
    return Evidence(found=found, roles=roles(found), counts=counting(found), form=form_in(found))


def resolve(found: Found, rulebook: Rulebook, uses: Uses, category: str) -> Resolved:
    """Decide on the products, uses, channels and statements of a message."""
    evidence = evidence_of(found)
    frame = frame_of(evidence)
    about = products(evidence, frame)
    stated = _enough(statements(found, evidence.counts, evidence.form, meeting=frame.meeting), evidence, frame)
    ranked = uses.ranked(found, evidence.counts, stated, category, tuple(tag.value for tag in about))
    used = _use_tags(evidence, ranked)
    ways = channels(evidence, frame, about, uses=bool(used))
    tags = applied(rulebook.situations, evidence, (*about, *used, *ways))
    tags, stated = _consistent(tags, stated)
    return Resolved(evidence=evidence, tags=tags, statements=stated, ranked_uses=ranked)


def _enough(stated: tuple[Statement, ...], evidence: Evidence, frame: Frame) -> tuple[Statement, ...]:
    """A decision without any word of use says nothing of a use, unless it names what was decided in so many words."""
    is_return = evidence.form is not None and evidence.form.is_filled
    if is_return or any(one.kind is StatementKind.USE for one in stated):
        return stated
    if frame.future:
        return ()
    best = weigh(evidence.found, evidence.counts, StatementKind.DECISION)
    return stated if best and best[0].score >= SURE_DECISION else ()


def _use_tags(evidence: Evidence, ranked: tuple[RankedUse, ...]) -> tuple[Tag, ...]:
    if not ranked:
        return ()
    best, second = ranked[0], ranked[1].score if len(ranked) > 1 else 0.0
    if best.score <= 0:
        best = next(one for one in ranked if one.value == "other-use")
    lead = min(1.0, max(0.0, best.score - second))
    hits = tuple(hit_of(match, evidence.found.message) for match in best.matches)
    reason = "the statement's own words" if best.matches else "who sends it and what is asked for"
    tag = Tag(
        dimension=Dimension.USE, value=best.value, confidence=round(0.55 + 0.4 * lead, 4), reason=reason, hits=hits
    )
    return (tag,)


def _consistent(tags: tuple[Tag, ...], stated: tuple[Statement, ...]) -> tuple[tuple[Tag, ...], tuple[Statement, ...]]:
    """Usage feedback stands exactly when a use does; without a use nothing is stated."""
    used = any(tag.dimension is Dimension.USE for tag in tags)
    if not used:
        tags = tuple(tag for tag in tags if tag.value != "usage-feedback")
        stated = ()
    if used and not any(one.kind is StatementKind.USE for one in stated):
        stated = (*_as_use(stated), *stated)
    return tags, stated


def _as_use(stated: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Quote a decision as the use too where no other sentence states one."""
    return tuple(
        Statement(kind=StatementKind.USE, zone=one.zone, start=one.start, end=one.end, text=one.text, rule=one.rule)
        for one in stated[:1]
    )
