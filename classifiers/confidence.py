"""How sure: how evidence adds up for a tag, and doubts for a verdict, explained in docs/tagging.md.

Each place (sentence) that speaks for a tag counts once, with its best rule. Independent places that are wrong with
probability 1 - w are all wrong with the product of these: confidence = 1 - product(1 - w), at most 0.99.
"""

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from classifiers.catalogue import PACKAGED

MOST = 0.99
SUPPORT = 0.25  # what supporting words are worth beside a rule that decides
TABLE = "doubt_weights"
_NO_CHANCE = 700.0  # log-odds whose power is still a number
DOUBTS = frozenset(
    {"no product", "product", "disposition", "user category", "no user", "told once", "several", "supported", "wide",
     "one sign", "other sense", "other user", "set aside", "no address", "survey", "channel", "framed",
     "other words", "few words", "words of other user"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DoubtWorths:
    """The log-odds that a verdict without any doubt is right, and what one unit of each doubt takes off."""

    start: float
    worth: Mapping[str, float]

    def of(self, doubt: str) -> float:
        """Give the log-odds that one unit of a doubt takes off."""
        return self.worth.get(doubt, 0.0)

    def confidence(self, sizes: Iterable[tuple[str, float]]) -> float:
        """Give the chance that a verdict is wholly right, from the doubts about it and their sizes; at most 0.99."""
        total = self.start - math.fsum(self.of(name) * size for name, size in sizes)
        return round(min(MOST, 1 / (1 + math.exp(min(-total, _NO_CHANCE)))), 4)


def doubt_worths(tables: Mapping[str, Mapping[str, Any]]) -> DoubtWorths:
    """Take what doubts are worth from the rule files; from those that came along where a folder has none of its own."""
    table = tables.get(TABLE) or _packaged()
    return DoubtWorths(float(table["start"]), {name: float(worth) for name, worth in table["worth"].items()})


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


@cache
def _packaged() -> Mapping[str, Any]:
    return tomllib.loads((PACKAGED / f"{TABLE}.toml").read_text(encoding="utf-8"))
