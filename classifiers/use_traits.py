"""What speaks for a use: the rules and words of a message, who writes and what it is about, with what each is worth.

The worths are log-odds and stand in rules/use_weights.toml and rules/use_words.toml; they were measured on labelled
mail. What was never measured (a new rule, the files of another survey) is worth a multiple of the weight that its own
file gives it.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from classifiers.counting import Counting
from classifiers.matching import Found, Match
from classifiers.rule import Rank, Rulebook
from classifiers.verdict import Dimension, Statement, ZoneKind

FALLBACK = "other-use"
WITHIN, BESIDE, ELSEWHERE = "within", "beside", "elsewhere"  # of the statements; the subject is beside
EVALUATES = "evaluates-programme"  # a cue: who evaluates a programme is labelled by its subject
UNMEASURED = {WITHIN: 3.0, BESIDE: 1.5, ELSEWHERE: 1.0}  # so many times the weight of a rule of the use itself
_TOLD = 1.0  # log-odds of a use that a statement tells in its own words
_HINT = 2.0  # times the figure of use_hints.toml
_START, _FALLBACK_START = -2.5, -2.0  # where nothing was measured
NO_WORDS = 1 / (1 + math.exp(-_FALLBACK_START))  # the chance of another use where nothing speaks for any


@dataclass(frozen=True, slots=True)
class UseTraits:
    """What a message holds: named traits with how much of each there is, and the stems that are said."""

    named: Mapping[str, float]
    stated: frozenset[str]  # stems of the statements
    said: frozenset[str]  # stems of all that counts


class UseWorths:
    """What every trait is worth for every use; made once from the rulebook."""

    def __init__(self, rulebook: Rulebook) -> None:
        """Take what was measured from the rule files, and what stands for it where nothing was."""
        self.uses = [entry.id for entry in rulebook.catalogue.of(Dimension.USE)]
        weights, words = (rulebook.tables.get(name, {}) for name in ("use_weights", "use_words"))
        self._start = [self._begin(weights, use) for use in self.uses]
        self._named = {use: weights.get("worth", {}).get(use, {}) for use in self.uses}
        self._measured = frozenset(weights.get("measured", ()))
        self._stated = self._by_stem(words.get("stated", {}))
        self._said = self._by_stem(words.get("said", {}))
        self._unmeasured = {rule.id: (rule.tag, rule.weight) for rule in rulebook.rules}
        self._hints = rulebook.tables.get("use_hints", {})
        self._known: dict[str, tuple[float, ...]] = {}  # by name, as far as asked; names are rules, users and products

    def chances(self, traits: UseTraits, told: Collection[str] = ()) -> dict[str, float]:
        """Give the chance that each use is stated; those of `told` are told by the own words of a statement."""
        rows = [tuple(self._start), tuple(_TOLD if use in told else 0.0 for use in self.uses)]
        rows += [self._stated[stem] for stem in traits.stated & self._stated.keys()]
        rows += [self._said[stem] for stem in traits.said & self._said.keys()]
        rows += [tuple(worth * much for worth in self._of_all(name)) for name, much in traits.named.items()]
        totals = (math.fsum(column) for column in zip(*rows, strict=True))  # exact in any order
        return {use: 1 / (1 + math.exp(-total)) for use, total in zip(self.uses, totals, strict=True)}

    def _begin(self, weights: Mapping[str, Any], use: str) -> float:
        default = _FALLBACK_START if use == FALLBACK else _START
        return float(weights.get("start", {}).get(use, default))

    def _by_stem(self, table: Mapping[str, Mapping[str, float]]) -> dict[str, tuple[float, ...]]:
        stems = {stem for use in self.uses for stem in table.get(use, {})}
        return {stem: tuple(float(table.get(use, {}).get(stem, 0.0)) for use in self.uses) for stem in stems}

    def _of_all(self, name: str) -> tuple[float, ...]:
        if name not in self._known:
            self._known[name] = tuple(self._of(name, use) for use in self.uses)
        return self._known[name]

    def _of(self, name: str, use: str) -> float:
        if name in self._measured:
            return float(self._named[use].get(name, 0.0))
        where, _, what = name.partition(".")
        if where in UNMEASURED:
            tag, weight = self._unmeasured.get(what, ("", 0.0))
            return weight * UNMEASURED[where] if tag == use else 0.0
        return _HINT * float(self._hints.get(where, {}).get(what, {}).get(use, 0.0))


def use_traits(
    found: Found, counts: Counting, stated: tuple[Statement, ...], category: str, products: tuple[str, ...]
) -> UseTraits:
    """Give what speaks for a use in a message that states one."""
    places = places_of(found, stated)
    named = {f"category.{category}": 1.0}
    named |= {f"product.{one}": 1 / len(products) for one in products}
    named |= {f"{_nearness(match, places)}.{match.rule.id}": 1.0 for match in use_matches(found, counts)}
    if found.has(EVALUATES):
        named |= {EVALUATES: 1.0, f"{EVALUATES}.{category}": 1.0}
    counting = [one for one in found.sentences if one.zone in counts.body or one.kind is ZoneKind.SUBJECT]
    stems = {one.place: one.stems for one in counting}
    return UseTraits(
        named=named,
        stated=frozenset(stem for place in places for stem in stems.get(place, ())),
        said=frozenset(stem for those in stems.values() for stem in those),
    )


def use_matches(found: Found, counts: Counting) -> Iterator[Match]:
    """Give the matches of rules of use that count."""
    for match in found.matches:
        speaks = match.rule.dimension is Dimension.USE and match.rule.rank is not Rank.CANCELS
        if speaks and counts.in_full(match):
            yield match


def places_of(found: Found, stated: tuple[Statement, ...]) -> frozenset[int]:
    """Give the sentences of statements by their places."""
    return frozenset(
        sentence.place
        for sentence in found.sentences
        for one in stated
        if sentence.zone == one.zone and sentence.start < one.end and one.start < sentence.end
    )


def _nearness(match: Match, places: frozenset[int]) -> str:
    distance = min((abs(match.sentence.place - one) for one in places), default=2)
    if distance == 0:
        return WITHIN
    return BESIDE if distance == 1 or match.sentence.kind is ZoneKind.SUBJECT else ELSEWHERE
