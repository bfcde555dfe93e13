"""Slots of the notation to steps that can be looked for, with the words each pattern cannot do without."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from classifiers.notation import SlotKind, SlotSequence
from classifiers.rule import Rule, TokenSequence
from classifiers.words import stem

# Words that stand in every eighth mail or more, whatever it is about: a pattern is not looked up under them.
_COMMON_WORDS = """
    a about after again all also am an and another any are as ask at attach available be because been before best
    between but by call can change check come contact could create data date day dear did different do does email
    end example file find first following for free from further get give go good group had has have he hello help
    here hi his how i if in include information into is issue it its just keep kind know last let like line list
    look mail make many may me message mind more most much must my name need new next no not note now number of off
    on one only open or order other our out over page part people person place please point possible post problem
    provide put question read reason receive regards remove reply require result right run said same say see seem
    send set share she should show since site so some something start still support sure survey system take team
    test than thank thanks that the their them then there these they thing think this those through time to too top
    try two up update us use user version very want was way we web week well were what when where which while who
    why will wish with without work would write year yes you your
"""
NUMBERS = frozenset({"#"})  # what a number in figures satisfies
_COMMON = frozenset("~" + stem(word) for word in _COMMON_WORDS.split())


Taken = str | frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A word of a pattern, at most so many words after the one before. Equal ones are one and the same (`_step`).

    It takes the atom `takes`, or any of them where there are several.
    `shifts` say how many, as it is counted on bits: a 1 moved by one and then or-ed with itself moved by each of them
    gives all places within reach.
    """

    atoms: frozenset[str]
    takes: Taken
    shifts: tuple[int, ...] = ()


Way = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sequence of slots as steps, or a raw token pattern as it is for spaCy.

    `required` lists, a place of it each, the atoms of which one must be there. A place that mixes exact words, stems
    and beginnings can be taken in several `ways`; of each the shortest matches count.
    """

    required: tuple[frozenset[str], ...]
    steps: Way = ()  # none for raw token patterns
    ways: tuple[Way, ...] = ()
    tokens: tuple[Mapping[str, Any], ...] = ()  # of a raw one


def atoms_of(patterns: Iterable[Pattern]) -> frozenset[str]:
    """Give all atoms that any of some patterns may ask for."""
    places, tokens = set[frozenset[str]](), set[str]()
    for pattern in patterns:
        places.update(pattern.required)
        tokens.update(_mentioned(pattern.tokens))
    return frozenset(tokens).union(*places)


def compiled(rule: Rule) -> tuple[Pattern, ...]:
    """Compile all sequences and raw token patterns of a rule."""
    patterns = [_of_sequence(sequence) for sequence in rule.sequences]
    patterns += [_of_raw(raw) for raw in rule.raw]
    return tuple(patterns)


@lru_cache(maxsize=16_384)
def is_common(atoms: frozenset[str]) -> bool:
    """Tell whether a place takes a word that stands in nearly every mail."""
    return bool(_plain(atoms) & _COMMON)


def _of_raw(raw: TokenSequence) -> Pattern:
    return Pattern(required=raw.required, tokens=raw.tokens)


def _mentioned(tokens: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for token in tokens:
        for key, mark in (("LOWER", "="), ("NORM", "~")):
            yield from (mark + form for form in token.get(key, {}).get("IN", ()))


def _of_sequence(sequence: SlotSequence) -> Pattern:
    required = tuple(_same(slot.atoms) for slot in sequence if slot.kind is SlotKind.WORD)
    steps = tuple(_steps(sequence))
    return Pattern(required=required, steps=steps, ways=tuple(itertools.product(*map(_kinds, steps))))


def _steps(sequence: SlotSequence) -> Iterator[Step]:
    within = 1
    for slot in sequence:
        if slot.kind is SlotKind.GAP:
            within += slot.most
        else:
            yield _step(slot.atoms or NUMBERS, _shifts(within))
            within = 1


@cache
def _step(atoms: frozenset[str], shifts: tuple[int, ...]) -> Step:
    (first, *others), same = atoms, _same(atoms)
    return Step(same, same if others else first, shifts)


@cache
def _shifts(within: int) -> tuple[int, ...]:
    """Give the moves that, each or-ed to what was there, spread one bit over so many."""
    shifts, spread = [], 1
    while spread < within:
        shifts.append(min(spread, within - spread))
        spread += shifts[-1]
    return tuple(shifts)


@cache
def _kinds(step: Step) -> tuple[Step, ...]:
    """Part what a step takes: exact words, stems, beginnings of words, numbers."""
    by_mark: dict[str, set[str]] = {}
    for atom in step.atoms:
        by_mark.setdefault(atom[0] if atom[0] in "=~#" else "*", set()).add(atom)
    return tuple(_step(frozenset(by_mark[mark]), step.shifts) for mark in sorted(by_mark))


@cache
def _same(atoms: frozenset[str]) -> frozenset[str]:
    """Give for equal sets always the same one: as keys these are found at once."""
    return atoms


def _plain(atoms: frozenset[str]) -> frozenset[str]:
    return frozenset("~" + stem(atom[1:]) if atom[0] == "=" else atom for atom in atoms)
