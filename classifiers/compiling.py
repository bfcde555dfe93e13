"""Slots of the notation to spaCy token patterns, with the words each pattern cannot do without."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from classifiers.notation import Slot, SlotKind, SlotSequence
from classifiers.rule import Rule, TokenSequence

_COMMON = frozenset(
    [
        "~the",
        "~a",
        "~an",
        "~of",
        "~to",
        "~in",
        "~on",
        "~for",
        "~and",
        "~or",
        "~with",
        "~by",
        "~at",
        "~from",
        "~we",
        "~i",
        "~you",
        "~it",
        "~be",
        "~have",
        "~do",
        "~this",
        "~that",
        "~your",
        "~our",
        "~my",
        "~if",
        "~can",
        "~could",
        "~would",
        "~please",
        "~any",
        "~not",
        "~no",
        "~what",
        "~how",
        "~which",
        "~who",
        "~where",
        "~as",
        "~there",
        "~use",
        "~get",
        "~is",
        "~will",
        "~me",
        "~us",
        "~they",
        "~their",
        "~people",
        "~more",
        "~survey",
        "~one",
        "~all",
        "~so",
        "~but",
    ]
)


@dataclass(frozen=True, slots=True)
class Step:
    """A word or number of a pattern (`atoms` is empty for a number), at most `within` words after the one before."""

    atoms: frozenset[str]
    within: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """A spaCy token pattern; `required` lists, a place of it each, the atoms of which one must be there."""

    tokens: tuple[Mapping[str, Any], ...]
    required: tuple[frozenset[str], ...]
    steps: tuple[Step, ...] = ()  # none for raw token patterns

    @property
    def anchor(self) -> frozenset[str]:
        """The place under which the pattern is looked up: the rarest words."""
        return min(self.required, key=lambda atoms: (bool(_plain(atoms) & _COMMON), len(atoms), -_shortest(atoms)))

    @property
    def atoms(self) -> frozenset[str]:
        """All atoms that the pattern may ask for."""
        return self._mentioned() | frozenset().union(*self.required)

    def _mentioned(self) -> frozenset[str]:
        found = set()
        for token in self.tokens:
            for key, mark in (("LOWER", "="), ("NORM", "~")):
                value = token.get(key, {})
                found |= {mark + form for form in value.get("IN", ())}
        return frozenset(found)


def compiled(rule: Rule) -> tuple[Pattern, ...]:
    """Compile all sequences and raw token patterns of a rule."""
    patterns = [pattern for sequence in rule.sequences for pattern in _variants(sequence)]
    patterns += [_of_raw(raw) for raw in rule.raw]
    return tuple(patterns)


def _of_raw(raw: TokenSequence) -> Pattern:
    return Pattern(tokens=raw.tokens, required=raw.required)


def _variants(sequence: SlotSequence) -> Iterator[Pattern]:
    """A token pattern tests one attribute a place: a place that mixes exact words and stems makes several patterns."""
    required = tuple(slot.atoms for slot in sequence if slot.kind is SlotKind.WORD)
    steps = tuple(_steps(sequence))
    for tokens in itertools.product(*(_tokens(slot) for slot in sequence)):
        yield Pattern(tokens=tuple(tokens), required=required, steps=steps)


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
        made.append({"LOWER": {"IN": exact}})
    if stems:
        made.append({"NORM": {"IN": stems}})
    if prefixes:
        made.append({"LOWER": {"REGEX": "^(?:" + "|".join(map(re.escape, prefixes)) + ")"}})
    return made


def _plain(atoms: frozenset[str]) -> frozenset[str]:
    return frozenset("~" + atom[1:] if atom[0] == "=" else atom for atom in atoms)


def _shortest(atoms: frozenset[str]) -> int:
    return min(len(atom) for atom in atoms)
