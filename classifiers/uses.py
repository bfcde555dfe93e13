"""The class of a use, from the statement's own words; who sends it and what is asked for only break ties."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from classifiers.confidence import noisy_or
from classifiers.counting import Counting
from classifiers.matching import Found, Match
from classifiers.rule import Rank, Rulebook
from classifiers.verdict import Dimension, Statement, StatementKind, ZoneKind

BESIDE = 0.5  # what words of the sentence before or after are worth
TITLE = 0.7  # of the subject
ELSEWHERE = 0.3  # of the rest of the message
FALLBACK = "other-use"
OWN = 0.85  # a rule from this weight on makes a statement's own words tell its use


@dataclass(frozen=True, slots=True)
class RankedUse:
    """A use with its score and the matches that spoke for it; `told` are the statements whose own words tell it."""

    value: str
    score: float
    matches: tuple[Match, ...]
    told: frozenset[int] = frozenset()


class Uses:
    """Ranks the uses of a message; made once from the rulebook."""

    def __init__(self, rulebook: Rulebook) -> None:
        """Take the hints by category and by product, and what makes two uses, from the rule files."""
        hints = rulebook.tables.get("use_hints", {})
        self._by_category: Mapping[str, Mapping[str, Any]] = hints.get("category", {})
        self._by_product: Mapping[str, Mapping[str, Any]] = hints.get("product", {})
        self._evaluation: Mapping[str, Any] = hints.get("evaluation", {})
        self._both: Mapping[str, Any] = hints.get("both", {})
        self._known = [entry.id for entry in rulebook.catalogue.of(Dimension.USE)]

    def ranked(
        self, found: Found, counts: Counting, stated: tuple[Statement, ...], category: str, products: tuple[str, ...]
    ) -> tuple[RankedUse, ...]:
        """Rank the uses, the likeliest first; nothing when nothing is stated."""
        if not stated:
            return ()
        matches = self._matches(found, counts)
        places = _places(found, stated)
        silenced = found.has(self._evaluation.get("cue", "")) and category in self._evaluation.get("silences", ())
        hints = {} if silenced else self._by_category.get(category, {})
        scores = {use: self._score(use, matches[use], places, hints, products) for use in self._known}
        told = _told(matches, _places(found, tuple(one for one in stated if one.kind is StatementKind.USE)))
        ranked = [
            RankedUse(use, score, tuple(matches[use]), frozenset(place for place in told if told[place] == use))
            for use, score in scores.items()
        ]
        return tuple(sorted(ranked, key=lambda one: (-one.score, one.value == FALLBACK)))

    def chosen(self, ranked: tuple[RankedUse, ...], category: str) -> tuple[RankedUse, ...]:
        """Give the likeliest use, others that another statement tells, and one that stands beside it by the guide."""
        if not ranked:
            return ()
        best = ranked[0] if ranked[0].score > 0 else next(one for one in ranked if one.value == FALLBACK)
        second = next((one for one in ranked if self._stands_beside(one, best, category)), None)
        others = [one for one in ranked if one is not best and one.told and best.told]
        return tuple(dict.fromkeys(one for one in (best, second, *others) if one))

    def _stands_beside(self, one: RankedUse, best: RankedUse, category: str) -> bool:
        pair = self._both.get("with", ())
        if one is best or best.value not in pair or one.value not in pair:
            return False
        named = any(match.rule.id == self._both.get("rule") for other in (one, best) for match in other.matches)
        spoken_for = bool(one.matches) or one.value in self._by_category.get(category, {})
        return named and spoken_for

    def _matches(self, found: Found, counts: Counting) -> dict[str, list[Match]]:
        by_use: dict[str, list[Match]] = defaultdict(list)
        for match in found.matches:
            speaks = match.rule.dimension is Dimension.USE and match.rule.rank is not Rank.CANCELS
            if speaks and counts.in_full(match):
                by_use[match.rule.tag].append(match)
        return by_use

    def _score(
        self, use: str, matches: list[Match], places: set[int], hints: Mapping[str, Any], products: tuple[str, ...]
    ) -> float:
        best: dict[int, float] = {}
        for match in matches:
            place = match.sentence.place
            worth = match.rule.weight * _nearness(match, places)
            best[place] = max(best.get(place, 0.0), worth)
        topic = max((float(self._by_product.get(one, {}).get(use, 0.0)) for one in products), default=0.0)
        words = max(best.values(), default=0.0) * 0.7 + noisy_or(best.values()) * 0.3
        return words + float(hints.get(use, 0.0)) + topic / max(1, len(products))


def _told(matches: Mapping[str, list[Match]], places: set[int]) -> dict[int, str]:
    """Give the use that each statement tells in its own words: the strongest, where it is strong."""
    told: dict[int, tuple[float, str]] = {}
    for use, those in matches.items():
        for match in those:
            place, weight = match.sentence.place, match.rule.weight
            if place in places and weight >= max(OWN, told.get(place, (0.0, ""))[0]):
                told[place] = (weight, use)
    return {place: use for place, (_, use) in told.items()}


def _nearness(match: Match, places: set[int]) -> float:
    distance = min(abs(match.sentence.place - one) for one in places)
    if match.sentence.kind is ZoneKind.SUBJECT:
        return TITLE
    return 1.0 if distance == 0 else BESIDE if distance == 1 else ELSEWHERE


def _places(found: Found, stated: tuple[Statement, ...]) -> set[int]:
    return {
        sentence.place
        for sentence in found.sentences
        for one in stated
        if sentence.zone == one.zone and sentence.start < one.end and one.start < sentence.end
    }
