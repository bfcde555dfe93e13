"""How far a sample bears out the tags: Wilson's interval for a share, Cohen's kappa for two readers. Pure.

Wilson (1927) holds its level also where few were checked and all were right, where the usual interval has no width.
Kappa (Cohen 1960) is the agreement beyond what two readers with these habits would reach by chance: 1 is perfect, 0 is
chance.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

Z95 = 1.959964  # of a normal distribution, 95 % lie within so many standard deviations
SINGLE = ("disposition", "user_category")  # dimensions of which a message carries one value
MANY = ("product", "use", "channel")

Values = frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """A share found in a sample, with the interval that holds the true one 95 times in 100; all None for no sample."""

    part: int
    whole: int
    share: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """How far two readers agree on one dimension.

    `same` counts the messages to which both gave exactly the same values. `kappa` is over the values of a dimension of
    which a message carries one; of the others it is the mean of the kappas of each value (given or not given), over
    those `values` that are not the same for every message. None: nothing varied, so that there is no chance to beat.
    """

    dimension: str
    messages: int
    same: int
    kappa: float | None
    values: int = 1


def wilson(part: int, whole: int) -> Share:
    """Give a share and Wilson's interval of it at 95 %."""
    if whole == 0:
        return Share(part=0, whole=0)
    share, z2 = part / whole, Z95 * Z95
    middle = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    half = Z95 / (1 + z2 / whole) * sqrt(share * (1 - share) / whole + z2 / (4 * whole * whole))
    low = 0.0 if part == 0 else max(0.0, middle - half)
    high = 1.0 if part == whole else min(1.0, middle + half)
    return Share(part=part, whole=whole, share=share, low=low, high=high)


def kappa(pairs: Sequence[tuple[object, object]]) -> float | None:
    """Give Cohen's kappa of (first, second) readings; None when there are none, or both gave one value throughout."""
    if not pairs:
        return None
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    count = len(pairs)
    by_chance = sum(first[value] * second[value] for value in first) / (count * count)
    if by_chance == 1:
        return None
    return (sum(one == other for one, other in pairs) / count - by_chance) / (1 - by_chance)


def agreement(dimension: str, readings: Iterable[tuple[Values, Values]]) -> Agreement:
    """Compare what two readers said of one dimension, message by message."""
    pairs = list(readings)
    same = sum(one == other for one, other in pairs)
    if dimension in SINGLE:
        return Agreement(dimension=dimension, messages=len(pairs), same=same, kappa=kappa(pairs))
    found = [one for one in (_kappa_of(value, pairs) for value in _given(pairs)) if one is not None]
    mean = sum(found) / len(found) if found else None
    return Agreement(dimension=dimension, messages=len(pairs), same=same, kappa=mean, values=len(found))


def _given(pairs: Iterable[tuple[Values, Values]]) -> list[str]:
    return sorted({value for pair in pairs for values in pair for value in values})


def _kappa_of(value: str, pairs: Sequence[tuple[Values, Values]]) -> float | None:
    return kappa([(value in one, value in other) for one, other in pairs])
