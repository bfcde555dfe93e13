"""Slots of the notation to spaCy token patterns, with the words each pattern cannot do without."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from classifiers.notation import Slot, SlotKind, SlotSequence
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
_COMMON = frozenset("~" + stem(word) for word in _COMMON_WORDS.split())


@dataclass(frozen=True, slots=True)
class Step:
    """A word or number of a pattern (`atoms` is empty for a number), at most `within` words after the one before."""

    atoms: frozenset[str]
    within: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sequence as spaCy token patterns, its `variants`: a place that mixes exact words and stems makes several.

    `required` lists, a place of it each, the atoms of which one must be there.
    """

    variants: tuple[tuple[Mapping[str, Any], ...], ...]
    required: tuple[frozenset[str], ...]
    steps: tuple[Step, ...] = ()  # none for raw token patterns

    @property
    def atoms(self) -> frozenset[str]:
        """All atoms that the pattern may ask for."""
        return self._mentioned() | frozenset().union(*self.required)

    @property
    def is_plain(self) -> bool:
        """Tell whether it matches wherever its steps stand near enough: it has one variant, and no raw tokens."""
        return len(self.variants) == 1 and bool(self.steps)

    def _mentioned(self) -> frozenset[str]:
        found = set()
        for token in (token for tokens in self.variants for token in tokens):
            for key, mark in (("LOWER", "="), ("NORM", "~")):
                value = token.get(key, {})
                found |= {mark + form for form in ([value] if isinstance(value, str) else value.get("IN", ()))}
        return frozenset(found)


def compiled(rule: Rule) -> tuple[Pattern, ...]:
    """Compile all sequences and raw token patterns of a rule."""
    patterns = [_of_sequence(sequence) for sequence in rule.sequences]
    patterns += [_of_raw(raw) for raw in rule.raw]
    return tuple(patterns)


def is_common(atoms: frozenset[str]) -> bool:
    """Tell whether a place takes a word that stands in nearly every mail."""
    return bool(_plain(atoms) & _COMMON)


def _of_raw(raw: TokenSequence) -> Pattern:
    return Pattern(variants=(raw.tokens,), required=raw.required)


def _of_sequence(sequence: SlotSequence) -> Pattern:
    required = tuple(slot.atoms for slot in sequence if slot.kind is SlotKind.WORD)
    variants = tuple(itertools.product(*(_tokens(slot) for slot in sequence)))
    return Pattern(variants=variants, required=required, steps=tuple(_steps(sequence)))


def _steps(sequence: SlotSequence) -> Iterator[Step]:
    within = 1
    for slot in sequence:
        if slot.kind is SlotKind.GAP:
            within += slot.most
        else:
            yield Step(slot.atoms, within)
            within = 1


def _tokens(slot: Slot) -> list[dict[str, Any]]:
    if slot.kind is SlotKind.GAP:
        return [{"OP": f"{{0,{slot.most}}}"}]
    if slot.kind is SlotKind.NUMBER:
        return [{"IS_DIGIT": True}]
    exact = sorted(atom[1:] for atom in slot.atoms if atom[0] == "=")
    stems = sorted(atom[1:] for atom in slot.atoms if atom[0] == "~")
    prefixes = sorted(atom[:-1] for atom in slot.atoms if atom[0] not in "=~")
    made: list[dict[str, Any]] = []
    if exact:
        made.append({"LOWER": _one_of(exact)})
    if stems:
        made.append({"NORM": _one_of(stems)})
    if prefixes:
        made.append({"LOWER": {"REGEX": "^(?:" + "|".join(map(re.escape, prefixes)) + ")"}})
    return made


def _one_of(words: list[str]) -> str | dict[str, list[str]]:
    """Ask for one word plainly: spaCy compares a number then, where for several it calls a predicate."""
    return words[0] if len(words) == 1 else {"IN": words}


def _plain(atoms: frozenset[str]) -> frozenset[str]:
    return frozenset("~" + stem(atom[1:]) if atom[0] == "=" else atom for atom in atoms)
