"""A verdict as features: which rules matched, in which role and zone, what they proposed. Pure, without the text.

No words of a message and no address are among them, so that what is learnt from them holds nothing of anybody's.
"""

from collections.abc import Iterator, Sequence

from classifiers.verdict import Dimension, Hit, Verdict, ZoneKind

OUTSIDE = "outside"  # of the text: the address and the headers
_SURE = 0.8
_MOST_COUNTED = 3


def cues_of(verdict: Verdict, zones: Sequence[ZoneKind]) -> frozenset[str]:
    """Give the features of a verdict; `zones` are the kinds of the message's zones in their order."""
    return frozenset([*_of_hits(verdict, zones), *_of_tags(verdict), *_of_statements(verdict)])


def _of_hits(verdict: Verdict, zones: Sequence[ZoneKind]) -> Iterator[str]:
    for hit in verdict.hits:
        yield f"rule {hit.rule}"
        yield f"rule {hit.rule} {hit.role}"
        yield f"rule {hit.rule} {hit.role} {_zone(hit, zones)}"
        yield f"named {hit.dimension}:{hit.value} {hit.role}"


def _of_tags(verdict: Verdict) -> Iterator[str]:
    for tag in verdict.tags:
        yield f"tag {tag.dimension}:{tag.value}"
        if tag.confidence < _SURE:
            yield f"unsure {tag.dimension}:{tag.value}"
    for dimension in (Dimension.PRODUCT, Dimension.CHANNEL):
        yield f"{dimension}s {min(len(verdict.values(dimension)), _MOST_COUNTED)}"


def _of_statements(verdict: Verdict) -> Iterator[str]:
    for said in verdict.statements:
        yield f"states {said.kind}"
        yield f"states {said.kind} {said.rule}"


def _zone(hit: Hit, zones: Sequence[ZoneKind]) -> str:
    return str(zones[hit.zone]) if 0 <= hit.zone < len(zones) else OUTSIDE
