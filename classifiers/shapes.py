"""The patterns of all rules, each kept once and looked up under its most telling place.

A shape is a pattern with the rules that have it. A text is asked for a shape only when it holds a word of the shape's
anchor and one of its next rarest place, so that rules whose words are not there cost nothing, however many there are.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import chain

from classifiers.compiling import Pattern, is_common
from classifiers.rule import Rule
from classifiers.verdict import ZoneKind

DISPOSITION_CUES = "disposition_cues.toml"
_OVERRULING = ("bounce-", "auto-reply-", "speaks-to-us")
_COMMON_WORD = 10_000  # an anchor of last resort
_FEW = 12  # alternatives: more of them would make the index large
ALONE = ""  # no atom: shapes that need none beside their anchor stand under it
_SHORT, _SHORT_COUNTS = 5, 3  # short words are the common ones


class Search(IntEnum):
    """What a text is searched for; each search is a part of the one before it."""

    ALL = 0  # every rule
    CUES = 1  # what tells by words that a message is automatic, bulk or unwanted
    OVERRULING = 2  # of these, what can make something else of a message that its headers mark surely


@dataclass(slots=True, eq=False)
class Shape:
    """A pattern, and the places in the rulebook of the rules that have it.

    It is looked up under the words of its `anchor` and `second` place. Of the other places those that take one word are
    together the `words`, all others the `rest`, the rarest first. `kinds` are the zones in which any of its rules may
    fire.
    """

    pattern: Pattern
    anchor: frozenset[str]
    second: frozenset[str]  # none where all others have too many words
    words: frozenset[str]
    rest: tuple[frozenset[str], ...]
    rules: list[int] = field(default_factory=list)
    kinds: set[ZoneKind] = field(default_factory=set)
    search: Search = Search.ALL  # the narrowest that it belongs to


def shapes_of(rules: Sequence[Rule], patterns: Sequence[Sequence[Pattern]]) -> tuple[Shape, ...]:
    """Give the shapes of rules, whose patterns stand in the same order."""
    rarities = _rarities(pattern for own in patterns for pattern in own)
    shapes: dict[Hashable, Shape] = {}
    for place, own in enumerate(patterns):
        for pattern in own:
            key: Hashable = pattern.steps or repr(pattern.tokens)
            shape = shapes.get(key) or shapes.setdefault(key, _shape(pattern, rarities))
            shape.rules.append(place)
            shape.kinds |= rules[place].zones
            shape.search = max(shape.search, _narrowest(rules[place]))
    return tuple(shapes.values())


def _narrowest(rule: Rule) -> Search:
    """Give the narrowest search for a rule; what takes a cue away has its tag, and is searched for with it."""
    if rule.file != DISPOSITION_CUES:
        return Search.ALL
    return Search.OVERRULING if rule.tag.startswith(_OVERRULING) else Search.CUES


def anchored(shapes: Iterable[Shape]) -> Mapping[str, tuple[Shape, ...]]:
    """Index shapes by the words of their anchors."""
    index: dict[str, list[Shape]] = {}
    for shape in shapes:
        for atom in shape.anchor:
            index.setdefault(atom, []).append(shape)
    return {atom: tuple(those) for atom, those in index.items()}


@dataclass(frozen=True, slots=True)
class Index:
    """The shapes that a word anchors, by the words of their second place; those without such stand under ALONE."""

    seconds: frozenset[str]
    shapes: Mapping[str, tuple[Shape, ...]]


def index_of(shapes: Iterable[Shape]) -> Index | None:
    """Index the shapes of one anchor; None when there are none."""
    index: dict[str, list[Shape]] = {}
    for shape in shapes:
        for atom in shape.second or (ALONE,):
            index.setdefault(atom, []).append(shape)
    return Index(frozenset(index), {atom: tuple(those) for atom, those in index.items()}) if index else None


def there_in(words: Iterable[frozenset[str]]) -> frozenset[str]:
    """Give all atoms that are there, from those of each word, and ALONE."""
    return frozenset((ALONE,)).union(*words)


def able(indexes: Iterable[Index], there: frozenset[str]) -> Iterator[Shape]:
    """Give the shapes for each place of which an atom is there; one may come several times."""
    for index in indexes:
        for atom in index.seconds & there:
            for shape in index.shapes[atom]:  # nested loops: hundreds of shapes a message come this far
                if shape.words <= there:
                    for place in shape.rest:
                        if place.isdisjoint(there):
                            break
                    else:
                        yield shape


def _rarities(patterns: Iterable[Pattern]) -> Mapping[frozenset[str], tuple[int, list[str]]]:
    """Say how rare the words of each place are: in mail at large (common and short words), and among the rules.

    Of two places alike the one whose words come first in the alphabet is the rarer.
    """
    places = Counter(chain.from_iterable([set(pattern.required) for pattern in patterns]))
    rules: dict[str, int] = {}
    for place, times in places.items():
        for atom in place:
            rules[atom] = rules.get(atom, 0) + times
    weighed = {atom: times * (_SHORT_COUNTS if len(atom) <= _SHORT else 1) for atom, times in rules.items()}
    return {
        place: (sum(map(weighed.__getitem__, place)) + (_COMMON_WORD if is_common(place) else 0), sorted(place))
        for place in places
    }


def _shape(pattern: Pattern, rarities: Mapping[frozenset[str], tuple[int, list[str]]]) -> Shape:
    anchor, *others = sorted(set(pattern.required), key=rarities.__getitem__)
    second = next((place for place in others if len(place) <= _FEW), frozenset[str]())
    others = [place for place in others if place is not second]
    words = frozenset[str]().union(*[place for place in others if len(place) == 1])
    return Shape(pattern, anchor, second, words, tuple(place for place in others if len(place) > 1))
