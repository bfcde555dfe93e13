"""Whether a person must look, and why, in words."""

from dataclasses import dataclass

from classifiers.matching import Found
from classifiers.verdict import Dimension, Tag

THRESHOLD = 0.8  # the default of the setting; how it was found stands in docs/tagging.md
_MOST_PRODUCTS = 3


@dataclass(frozen=True, slots=True)
class Assessment:
    """How sure the whole verdict is, and why a person must look (nothing: they need not)."""

    confidence: float
    reasons: tuple[str, ...]


def assess(tags: tuple[Tag, ...], alternatives: tuple[Tag, ...], found: Found, *, threshold: float) -> Assessment:
    """Weigh a verdict: each doubt multiplies, and is said in words."""
    confidence, reasons = 1.0, list[str]()
    for doubt, factor in _doubts(tags, alternatives, found):
        confidence *= factor
        if factor < threshold:
            reasons.append(doubt)
    confidence = round(confidence, 4)
    if confidence < threshold and not reasons:
        reasons.append("several small doubts come together")
    return Assessment(confidence, tuple(reasons))


def _doubts(tags: tuple[Tag, ...], alternatives: tuple[Tag, ...], found: Found) -> list[tuple[str, float]]:
    doubts = [(f"the {_name(tag)} is not certain: {tag.reason}", tag.confidence) for tag in _single(tags)]
    doubts += _of_products([tag for tag in tags if tag.dimension is Dimension.PRODUCT], tags)
    if alternatives:
        doubts.append((f"the user could also be {alternatives[0].value}", 0.97))
    if found.cut:
        doubts.append((found.cut, 0.0))
    return doubts


def _single(tags: tuple[Tag, ...]) -> list[Tag]:
    return [tag for tag in tags if tag.dimension in (Dimension.DISPOSITION, Dimension.USER_CATEGORY)]


def _of_products(products: list[Tag], tags: tuple[Tag, ...]) -> list[tuple[str, float]]:
    if any(tag.dimension is Dimension.DISPOSITION and tag.value != "triage" for tag in tags):
        return []
    if not products:
        return [("no product was recognised in it", 0.7)]
    doubts = [(f"the product {tag.value} is not certain: {tag.reason}", tag.confidence) for tag in products]
    if len(products) > _MOST_PRODUCTS:
        doubts.append((f"{len(products)} products at once are many", 0.75))
    return doubts


def _name(tag: Tag) -> str:
    return tag.dimension.value.replace("_", " ")
