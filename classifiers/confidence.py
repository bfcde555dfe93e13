"""How sure: the one formula by which evidence adds up, explained in docs/tagging.md.

Each place (sentence) that speaks for a tag counts once, with its best rule. Independent places that are wrong with
probability 1 - w are all wrong with the product of these: confidence = 1 - product(1 - w), at most 0.99.
"""

from collections.abc import Iterable, Mapping

MOST = 0.99
SUPPORT = 0.25  # what supporting words are worth beside a rule that decides


def noisy_or(weights: Iterable[float]) -> float:
    """Add up independent evidence; the result lies between 0 and 0.99."""
    doubt = 1.0
    for weight in weights:
        doubt *= 1.0 - min(max(weight, 0.0), 1.0)
    return min(MOST, 1.0 - doubt)


def of_places(best: Mapping[int, float], supports: Mapping[int, float] | None = None) -> float:
    """Give the confidence of a tag from the best weight at each place that decides, and at each that supports."""
    extra = {place: weight * SUPPORT for place, weight in (supports or {}).items() if place not in best}
    return noisy_or([*best.values(), *extra.values()])
