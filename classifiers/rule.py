"""Rules and the rulebook as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from classifiers.catalogue import Catalogue
from classifiers.notation import SlotSequence
from classifiers.verdict import Dimension, ZoneKind

USER_CUES = "user_cues.toml"  # what writers say of themselves
TOLD = ("self", "sign", "firm")  # before the kind of user in the name of a cue that tells it


class Rank(StrEnum):
    """What a match of a rule is worth."""

    DECIDES = "decides"  # one match is enough for its tag
    SUPPORTS = "supports"  # raises confidence and lights up; never tags
    CUE = "cue"  # says something of the sentence or the message: a request, a statement of use, "not"
    CANCELS = "cancels"  # takes the matches of its tag away that it overlaps


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenSequence:
    """A raw spaCy token pattern, with the words without which it cannot match (`required`, lower case or stems)."""

    tokens: tuple[Mapping[str, Any], ...]
    required: tuple[frozenset[str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule of a rule file. `dimension` is None for cues; `tag` is the value it speaks for, or the cue's name."""

    id: str
    tag: str
    rank: Rank
    file: str
    line: int
    dimension: Dimension | None = None
    weight: float = 0.9
    needs: tuple[str, ...] = ()  # cues of which one must stand somewhere in the message; otherwise it is a mention
    zones: frozenset[ZoneKind] = frozenset()
    sequences: tuple[SlotSequence, ...] = ()
    raw: tuple[TokenSequence, ...] = ()
    written: tuple[str, ...] = ()  # its phrases and patterns as the file has them
    ok: tuple[str, ...] = ()
    not_ok: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """A frame of the whole message: when its cues are there, what counts and what does not.

    `needs` and `unless` hold names of cues; "a|b" means either. `gives`, `drops` hold "dimension:value", "dimension:*".
    """

    id: str
    file: str
    line: int
    needs: tuple[str, ...]
    unless: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rulebook:
    """All rules, checked. `tables` holds the files that are plain data (`kind = "table"`), by name without .toml."""

    version: str
    catalogue: Catalogue
    rules: tuple[Rule, ...]
    situations: tuple[Situation, ...] = ()
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    folder: Path | None = None  # where it was read; None: the packaged rules

    def rule(self, rule_id: str) -> Rule | None:
        """Give a rule by its id."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)
