"""The patterns of all rules, each kept once and looked up under its most telling place.

A shape is a pattern with the rules that have it. A text is asked for a shape only when it holds a word of the shape's
anchor and one of its next rarest place, so that rules whose words are not there cost nothing, however many there are.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from classifiers.compiling import Pattern, Step, is_common
from classifiers.rule import Rule
from classifiers.verdict import ZoneKind

DISPOSITION_CUES = "disposition_cues.toml"
_COMMON_WORD = 10_000  # an anchor of last resort
_FEW = 12  # alternatives: more of them would make the index large
_SHORT, _SHORT_COUNTS = 5, 3  # short words are the common ones


@dataclass(slots=True, eq=False)
class Shape:
    """A pattern, and the places in the rulebook of the rules that have it.

    `others` are the places besides the anchor, the rarest first; `kinds` the zones in which any of its rules may fire.
    """

    pattern: Pattern
    anchor: frozenset[str]
    others: tuple[frozenset[str], ...]
    second: frozenset[str]  # the words by which it is looked up under its anchor; none where there are too many
    rules: list[int] = field(default_factory=list)
    kinds: set[ZoneKind] = field(default_factory=set)
    is_cue: bool = False  # one of its rules tells what is automatic, bulk or unwanted
    _matcher: Matcher | None = None
    _keys: dict[int, int] = field(default_factory=dict)  # spaCy's number of a name to the place of the variant

    def judged(self, doc: Doc) -> tuple[list[tuple[int, int]], ...]:
        """Give what spaCy matches in a stretch of words, by variant."""
        if self._matcher is None:
            self._matcher = self._made(doc.vocab)
        found: list[list[tuple[int, int]]] = [[] for _ in self.pattern.variants]
        for key, start, end in self._matcher(doc):
            found[self._keys[key]].append((start, end))
        return tuple(found)

    def _made(self, vocab: Vocab) -> Matcher:
        """Make spaCy's matcher, when it is first needed, with each variant under a name of its own."""
        matcher = Matcher(vocab, validate=False)  # the notation and rawtokens.py have checked them
        for number, tokens in enumerate(self.pattern.variants):
            name = f"variant {number}"
            self._keys[vocab.strings.add(name)] = number
            matcher.add(name, [[dict(token) for token in tokens]])
        return matcher


def shapes_of(rules: Sequence[Rule], patterns: Sequence[Sequence[Pattern]]) -> tuple[Shape, ...]:
    """Give the shapes of rules, whose patterns stand in the same order."""
    rarity = _Rarity(pattern for own in patterns for pattern in own)
    shapes: dict[str, Shape] = {}
    for place, own in enumerate(patterns):
        for pattern in own:
            shape = shapes.setdefault(repr(pattern.variants), _shape(pattern, rarity))
            shape.rules.append(place)
            shape.kinds |= rules[place].zones
            shape.is_cue |= rules[place].file == DISPOSITION_CUES
    return tuple(shapes.values())


def anchored(shapes: Iterable[Shape]) -> Mapping[str, tuple[Shape, ...]]:
    """Index shapes by the words of their anchors."""
    index: dict[str, list[Shape]] = {}
    for shape in shapes:
        for atom in shape.anchor:
            index.setdefault(atom, []).append(shape)
    return {atom: tuple(those) for atom, those in index.items()}


@dataclass(frozen=True, slots=True)
class Index:
    """The shapes that a word anchors, by the words of their next rarest place; `unpaired` are those without such."""

    unpaired: tuple[Shape, ...]
    paired: Mapping[str, tuple[Shape, ...]]

    def able(self, atoms: set[str], kind: ZoneKind) -> Iterator[Shape]:
        """Give the shapes for each place of which a word is there, and that may fire in a kind of zone.

        One that two words of its next rarest place lead to comes twice.
        """
        paired = self.paired
        for shapes in (self.unpaired, *[paired[atom] for atom in paired.keys() & atoms]):
            for shape in shapes:  # nested loops: this is asked of hundreds of shapes a message
                for place in shape.others:
                    if place.isdisjoint(atoms):
                        break
                else:
                    if kind in shape.kinds:
                        yield shape


def index_of(shapes: Sequence[Shape]) -> Index | None:
    """Index the shapes of one anchor; None when there are none."""
    if not shapes:
        return None
    paired: dict[str, list[Shape]] = {}
    for shape in shapes:
        for atom in shape.second:
            paired.setdefault(atom, []).append(shape)
    unpaired = tuple(shape for shape in shapes if not shape.second)
    return Index(unpaired, {atom: tuple(those) for atom, those in paired.items()})


def stretches(
    steps: Sequence[Step], places: Mapping[str, list[int]], numbers: Sequence[int], length: int
) -> list[tuple[int, int]]:
    """Give the stretches of a sentence in which the steps of a pattern stand in order and near enough.

    This is the gate before spaCy: it lets everything through that can match. `places` gives, by atom, the places of
    words; `numbers` those of numbers in figures. A raw token pattern has no steps and gets the whole sentence.
    """
    if not steps:
        return [(0, length)]
    reached = [(place, place) for place in _able(steps[0], places, numbers)]
    for step in steps[1:]:
        able = _able(step, places, numbers)
        pairs = ((first, place) for first, last in reached for place in able if last < place <= last + step.within)
        reached = list(dict.fromkeys(pairs))  # by whichever way a place was reached: else their number explodes
        if not reached:
            return []
    return [(first, last + 1) for first, last in reached]


def _able(step: Step, places: Mapping[str, list[int]], numbers: Sequence[int]) -> Sequence[int]:
    """Give the places at which a step can stand."""
    if not step.atoms:
        return numbers
    atoms = step.atoms
    if len(atoms) < len(places):
        there = [places[atom] for atom in atoms if atom in places]
    else:
        there = [those for atom, those in places.items() if atom in atoms]
    return there[0] if len(there) == 1 else sorted({place for those in there for place in those})


class _Rarity:
    """How rare the words of a place are: in mail at large (common and short words), and among the rules."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._rules = Counter(atom for pattern in patterns for place in set(pattern.required) for atom in place)

    def __call__(self, place: frozenset[str]) -> int:
        worth = sum(self._rules[atom] * (_SHORT_COUNTS if len(atom) <= _SHORT else 1) for atom in place)
        return worth + (_COMMON_WORD if is_common(place) else 0)


def _shape(pattern: Pattern, rarity: _Rarity) -> Shape:
    places = sorted(set(pattern.required), key=lambda place: (rarity(place), sorted(place)))
    others = tuple(places[1:])
    second = next((place for place in others if len(place) <= _FEW), frozenset[str]())
    return Shape(pattern=pattern, anchor=places[0], others=others, second=second)
