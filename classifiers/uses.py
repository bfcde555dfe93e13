"""The class of a use: from the statement's own words, the words around it, who sends it and what it is about."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from classifiers.counting import Counting
from classifiers.matching import Found, Match
from classifiers.rule import Rulebook
from classifiers.use_traits import FALLBACK, NO_WORDS, UseWorths, places_of, use_matches, use_traits
from classifiers.verdict import Statement, StatementKind

ALSO = 0.4  # the chance from which on a use stands beside the likeliest
OWN = 0.9  # a rule from this weight on makes a statement's own words tell its use


@dataclass(frozen=True, slots=True)
class RankedUse:
    """A use with its chance and the matches that spoke for it."""

    value: str
    chance: float
    matches: tuple[Match, ...]


class Uses:
    """Ranks the uses of a message; made once from the rulebook."""

    def __init__(self, rulebook: Rulebook) -> None:
        """Take what everything is worth, and what makes two uses, from the rule files."""
        self._worths = UseWorths(rulebook)
        self._both: Mapping[str, Any] = rulebook.tables.get("use_hints", {}).get("both", {})

    def ranked(
        self, found: Found, counts: Counting, stated: tuple[Statement, ...], category: str, products: tuple[str, ...]
    ) -> tuple[RankedUse, ...]:
        """Rank the uses, the likeliest first; nothing when nothing is stated."""
        if not stated:
            return ()
        traits = use_traits(found, counts, stated, category, products)
        by_use: dict[str, list[Match]] = defaultdict(list)
        for match in use_matches(found, counts):
            by_use[match.rule.tag].append(match)
        told = _told(by_use, places_of(found, tuple(one for one in stated if one.kind is StatementKind.USE)))
        chances = self._worths.chances(traits, told)
        ranked = [RankedUse(use, chance, tuple(by_use[use])) for use, chance in chances.items()]
        return tuple(sorted(ranked, key=lambda one: -one.chance))

    def chosen(self, ranked: tuple[RankedUse, ...]) -> tuple[RankedUse, ...]:
        """Give the likeliest use, others that are likely too, and one that stands beside it by the guide.

        A use for which nothing speaks is another use, also where it is the likeliest that the rules have.
        """
        if ranked and ranked[0].chance < NO_WORDS:
            return tuple(one for one in ranked if one.value == FALLBACK) or (RankedUse(FALLBACK, NO_WORDS, ()),)
        likely = [one for place, one in enumerate(ranked) if place == 0 or one.chance >= ALSO]
        return tuple(dict.fromkeys((*likely, *self._pair(ranked, likely))))

    def _pair(self, ranked: tuple[RankedUse, ...], likely: list[RankedUse]) -> list[RankedUse]:
        """Give the other of two uses that stand together where a rule says so and each has words of its own."""
        pair = [one for one in ranked if one.value in self._both.get("with", ())]
        named = any(match.rule.id == self._both.get("rule") for one in pair for match in one.matches)
        return pair if named and all(one.matches for one in pair) and likely[0] in pair else []


def _told(by_use: Mapping[str, list[Match]], places: frozenset[int]) -> set[str]:
    """Give the use that each statement tells in its own words: the strongest, where it is strong."""
    told: dict[int, tuple[float, str]] = {}
    for use, matches in by_use.items():
        for match in matches:
            place, weight = match.sentence.place, match.rule.weight
            if place in places and weight >= max(OWN, told.get(place, (0.0, ""))[0]):
                told[place] = (weight, use)
    return {use for _, use in told.values()}
