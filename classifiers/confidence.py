"""How sure: how evidence adds up for a tag, and doubts for a verdict, explained in docs/tagging.md.

Each place (sentence) that speaks for a tag counts once, with its best rule. Independent places that are wrong with
probability 1 - w are all wrong with the product of these: confidence = 1 - product(1 - w), at most 0.99.
"""

import math
from collections.abc import Iterable, Mapping

MOST = 0.99
SUPPORT = 0.25  # what supporting words are worth beside a rule that decides
# Log-odds of a verdict without any doubt, and what each doubt takes off; measured on mail that the rules had not seen.
START = 4.54
WORTH: Mapping[str, float] = {
    "no product": 3.7,  # a doubt is one, or counted up to two or three, where nothing else is said
    "product": 2.31,  # of each product: the negative logarithm of its confidence; so for the two below
    "disposition": 1.74,
    "user category": 2.6,  # measured as 1.64: a person is to look at guesses by an address
    "no user": 1.9,  # nothing tells who writes
    "told once": 1.16,  # a product that one place alone tells
    "several": 0.87,
    "supported": 0.86,
    "wide": 0.95,  # measured as 0.67: and at plain words
    "one sign": 0.63,  # of who writes
    "other sense": 0.61,
    "other user": 0.57,
    "set aside": 0.45,
    "no address": 0.39,  # that tells who writes
    "survey": 0.38,  # each word of the survey itself, up to three
    "channel": 0.31,
    "framed": -0.86,  # a letter to a meeting or on the future: these speak of the survey in any case
}


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


def worth(doubt: str) -> float:
    """Give the log-odds that one unit of a doubt takes off."""
    return WORTH.get(doubt, 0.0)


def of_doubts(sizes: Iterable[tuple[str, float]]) -> float:
    """Give the chance that a verdict is wholly right, from the doubts about it and their sizes; at most 0.99."""
    total = START - sum(worth(name) * size for name, size in sizes)
    return round(min(MOST, 1 / (1 + math.exp(-total))), 4)
