"""What speaks for a kind of user, in the order in which it is believed; and how the first of it decides.

The order is stated once, here: a statement that goes beyond the address (a councillor on a private one, a student at
work) > a sure mail domain > a statement about oneself > titles and bodies in the signature > the shape of a
domain, and how firms and charities talk > a private person's voice > an earlier mail below > the ending of the domain.
Evidence of one rank adds up by noisy-or; what a later rank says confirms or, where it disagrees, takes confidence away.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from classifiers.verdict import Dimension, Hit, Tag

OUTSIDE_TEXT = -1  # the zone of a hit in an address or a header, which is no zone of the text
NOBODY = "unknown"
_CERTAIN = 0.98
_DISPUTED = 0.8  # what is left of a confidence when strong words say otherwise


class Rank(IntEnum):
    """How far evidence is believed: the lowest number first."""

    BEYOND = 0  # a statement that goes beyond the address
    DOMAIN = 1  # a domain that a list knows
    STATED = 2  # "I am a student", "I work at ..."
    SIGNED = 3  # a title or an organisation in the signature or the display name
    MANNER = 4  # the shape of the domain; how such bodies talk
    VOICE = 5  # a private person's
    EARLIER = 6  # earlier mail below
    ENDING = 7  # .org.uk, .co.uk


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """One thing that speaks for a category, and how it is said to people."""

    category: str
    rank: Rank
    weight: float
    reason: str
    hit: Hit | None = None


def decided(evidence: Iterable[Evidence]) -> tuple[Tag, ...]:
    """Give the verdict first and what else was in question after it, the likeliest first."""
    by_category: dict[str, list[Evidence]] = defaultdict(list)
    for one in evidence:
        by_category[one.category].append(one)
    if not by_category:
        return (_nobody(),)
    order = sorted(by_category.values(), key=_standing)
    first, others = order[0], order[1:]
    return (_tag(first, _against(first, others)), *(_tag(other, 0.5) for other in others))


def _standing(evidence: Sequence[Evidence]) -> tuple[int, float]:
    rank = min(one.rank for one in evidence)
    return (rank, -_sum(one for one in evidence if one.rank == rank))


def noisy_or(weights: Iterable[float]) -> float:
    """Add up what is sure to a degree: the chance that not all of it is wrong."""
    wrong = 1.0
    for weight in weights:
        wrong *= 1 - weight
    return 1 - wrong


def _sum(evidence: Iterable[Evidence]) -> float:
    return noisy_or(one.weight for one in evidence)


def _against(first: Sequence[Evidence], others: Iterable[Sequence[Evidence]]) -> float:
    """Say what is left when other categories have words of the same or the next rank."""
    rank = min(one.rank for one in first)
    disputed = any(one.weight >= 0.8 and one.rank <= max(rank, Rank.STATED) for other in others for one in other)
    return _DISPUTED if disputed else 1.0


def _tag(evidence: Sequence[Evidence], share: float) -> Tag:
    best = sorted(evidence, key=lambda one: (one.rank, -one.weight))
    return Tag(
        dimension=Dimension.USER_CATEGORY,
        value=best[0].category,
        confidence=round(min(_CERTAIN, _sum(evidence)) * share, 3),
        reason=best[0].reason,
        hits=tuple(one.hit for one in best if one.hit),
    )


def _nobody() -> Tag:
    reason = "nothing in the message tells who writes: no known domain, no signature, no statement"
    return Tag(dimension=Dimension.USER_CATEGORY, value=NOBODY, confidence=0.75, reason=reason)
