"""Whether a person must look, and why, in words."""

from dataclasses import dataclass

from classifiers.message_evidence import Evidence
from classifiers.rule import Rank
from classifiers.verdict import Dimension, Role, Tag

THRESHOLD = 0.8  # the default of the setting; how it was found stands in docs/tagging.md
WIDE_WEIGHT = 0.88  # rules up to this weight are wide
# What a verdict is still worth after each doubt, as measured on messages that the rules were not written on.
WIDE, SEVERAL, MANY, ASIDE, MENTIONED, SUPPORTED = 0.8, 0.85, 0.7, 0.85, 0.6, 0.85


@dataclass(frozen=True, slots=True)
class Assessment:
    """How sure the whole verdict is, and why a person must look (nothing: they need not)."""

    confidence: float
    reasons: tuple[str, ...]


def assess(tags: tuple[Tag, ...], alternatives: tuple[Tag, ...], evidence: Evidence, *, threshold: float) -> Assessment:
    """Weigh a verdict: each doubt multiplies, and is said in words."""
    confidence, reasons = 1.0, list[tuple[float, str]]()
    for doubt, factor in _doubts(tags, alternatives, evidence):
        confidence *= factor
        reasons.append((factor, doubt))
    confidence = round(confidence, 4)
    if confidence >= threshold:
        return Assessment(confidence, ())
    told = [doubt for factor, doubt in sorted(reasons) if factor < threshold] or [min(reasons)[1]]
    return Assessment(confidence, tuple(told))


def _doubts(tags: tuple[Tag, ...], alternatives: tuple[Tag, ...], evidence: Evidence) -> list[tuple[str, float]]:
    doubts = [(f"the {_name(tag)} is not certain: {tag.reason}", tag.confidence) for tag in _single(tags)]
    if alternatives:
        doubts.append((f"the user could also be {alternatives[0].value}", 0.97))
    if evidence.found.cut:
        doubts.append((evidence.found.cut, 0.0))
    if any(tag.dimension is Dimension.DISPOSITION and tag.value != "triage" for tag in tags):
        return doubts
    products = [tag for tag in tags if tag.dimension is Dimension.PRODUCT]
    return [*doubts, *_of_products(products), *_of_the_rest(products, evidence)]


def _single(tags: tuple[Tag, ...]) -> list[Tag]:
    return [tag for tag in tags if tag.dimension in (Dimension.DISPOSITION, Dimension.USER_CATEGORY)]


def _of_products(products: list[Tag]) -> list[tuple[str, float]]:
    if not products:
        return [("no product was recognised in it", 0.7)]
    doubts = [(f"the product {tag.value} is not certain: {tag.reason}", tag.confidence) for tag in products]
    doubts += [
        (f"only wide rules speak for {tag.value}", WIDE)
        for tag in products
        if tag.hits and max(hit.weight for hit in tag.hits) <= WIDE_WEIGHT
    ]
    if len(products) > 1:
        doubts.append((f"{len(products)} products at once", SEVERAL if len(products) == 2 else MANY))
    return doubts


def _of_the_rest(products: list[Tag], evidence: Evidence) -> list[tuple[str, float]]:
    """Doubt what was found and did not count: other senses, things set aside, words that only support."""
    tagged = {tag.value for tag in products}
    aside = _untagged(evidence, Rank.DECIDES, Role.SET_ASIDE, tagged)
    mentioned = _untagged(evidence, Rank.DECIDES, Role.MENTIONED, tagged)
    supported = _untagged(evidence, Rank.SUPPORTS, Role.ASKED, tagged)
    doubts = [(f"it names {value}, it seems only to set it aside", ASIDE) for value in aside]
    doubts += [(f"words of {value} stand there, it seems in another sense", MENTIONED) for value in mentioned]
    if len(supported) > 1:
        doubts.append((f"words of {' and '.join(sorted(supported))} stand there too", SUPPORTED))
    return doubts


def _untagged(evidence: Evidence, rank: Rank, role: Role, tagged: set[str]) -> list[str]:
    matches = evidence.matches(Dimension.PRODUCT, rank, role)
    return list(dict.fromkeys(one.tag for one in matches if evidence.counts.in_full(one) and one.tag not in tagged))


def _name(tag: Tag) -> str:
    return tag.dimension.value.replace("_", " ")
