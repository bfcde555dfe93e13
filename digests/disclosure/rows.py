"""The values of an audit: rows of a linear program, names of unknowns, and what was found; apart from the solver."""

from collections.abc import Mapping
from dataclasses import dataclass

Key = tuple[str, str, str, str]  # table, version (or window), row, column


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A weighted sum of unknowns that lies between two bounds; None for no bound."""

    weights: Mapping[int, float]
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Leak:
    """A count that can be worked out: it is one of the numbers from `low` to `high`, fewer than there have to be.

    `by` names the counts that give it away.
    """

    name: Key
    low: int
    high: int
    by: tuple[Key, ...]
