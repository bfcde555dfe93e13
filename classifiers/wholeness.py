"""What only the rule files together can tell: double ids, tags and cues that nobody knows, tables beside the tags.

Where a file or a block could not be read, what may stand in it is not missed: its own mistake is told, and no other
for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from classifiers.catalogue import CatalogueEntry
from classifiers.errors import RuleError
from classifiers.near import ONE_OF, near
from classifiers.needed import lacking, with_needed
from classifiers.rule import TOLD, USER_CUES, Rank, Rule, Situation
from classifiers.tables import names_of, problems_in, tags_of
from classifiers.verdict import Dimension

_ONE = (Dimension.DISPOSITION, Dimension.USER_CATEGORY)  # of which a message has one, which no situation decides


@dataclass(slots=True)
class Reading:
    """What has been read of a folder so far; problems gather here. `unread` is the text of what could not be read."""

    lists: Mapping[str, Sequence[str]]
    problems: list[RuleError] = field(default_factory=list)
    entries: list[CatalogueEntry] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    situations: list[Situation] = field(default_factory=list)
    tables: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)  # of the tables, as written
    unread: str = ""
    listed: set[str] = field(default_factory=set)  # remedies told before that list all names there are


def check_whole(reading: Reading) -> None:
    """Check what only the files together can tell."""
    _check_ids(reading)
    known = {(entry.dimension, entry.id) for entry in reading.entries}
    reading.problems += lacking(known, reading.unread)
    tags = with_needed(known)
    cues = {rule.tag for rule in reading.rules if rule.rank is Rank.CUE}
    _check_tags(reading, tags)
    _check_needs(reading, cues)
    _check_cancels(reading, cues)
    _check_situations(reading, tags, cues)
    _check_told(reading, {tag for dimension, tag in tags if dimension is Dimension.USER_CATEGORY})
    names = names_of(tags_of(reading.entries)) if not reading.unread else names_of({})
    for table, data in reading.tables.items():
        reading.problems += problems_in(table, f"{table}.toml", reading.texts[table], data, names)


def _check_ids(reading: Reading) -> None:
    seen: dict[str, Rule | Situation] = {}
    named: list[Rule | Situation] = [*reading.rules, *reading.situations]
    for one in named:
        if one.id in seen:
            other = seen[one.id]
            _whole(reading, one, f"the id stands also in {other.file}:{other.line}", "another id")
        seen[one.id] = one


def _check_tags(reading: Reading, tags: set[tuple[Dimension, str]]) -> None:
    for rule in reading.rules:
        if not rule.tag:
            _whole(reading, rule, "the rule has no tag", 'tag = "..."')
        elif rule.dimension is not None and (rule.dimension, rule.tag) not in tags:
            known = [tag for dimension, tag in tags if dimension is rule.dimension]
            _missed(reading, rule, rule.tag, f"no tag {rule.tag!r} in {rule.dimension}", known)


def _check_needs(reading: Reading, cues: set[str]) -> None:
    for rule in reading.rules:
        for cue in rule.needs:
            if cue not in cues:
                _missed(reading, rule, cue, f"no cue is called {cue!r}", cues)


def _check_cancels(reading: Reading, cues: set[str]) -> None:
    for rule in reading.rules:
        if rule.rank is Rank.CANCELS and rule.dimension is None and rule.tag and rule.tag not in cues:
            _missed(reading, rule, rule.tag, f"it cancels {rule.tag!r}, and no cue is called so", cues)


def _check_situations(reading: Reading, tags: set[tuple[Dimension, str]], cues: set[str]) -> None:
    named = {f"{dimension}:{tag}" for dimension, tag in tags}
    wide = named | {f"{dimension}:*" for dimension in Dimension}
    for situation in reading.situations:
        for cue in (name for written in (*situation.needs, *situation.unless) for name in written.split("|")):
            if ":" in cue and cue not in wide | cues:
                _missed(reading, situation, cue, f"no tag {cue!r}", _alike(cue, wide))
            elif ":" not in cue and cue not in cues:
                _missed(reading, situation, cue, f"no cue is called {cue!r}", cues)
        for effect in situation.drops:
            if effect not in wide:
                _missed(reading, situation, effect, f"no tag {effect!r}", _alike(effect, wide))
        _check_given(reading, situation, named)


def _check_told(reading: Reading, users: set[str]) -> None:
    """Check the kinds of users that cues tell by their names, as "self-parliament" does."""
    for rule in reading.rules:
        prefix, _, user = rule.tag.partition("-")
        if users and rule.file == USER_CUES and prefix in TOLD and user not in users:
            reason = f"{rule.tag!r} tells a kind of user, and none is called {user!r}"
            _missed(reading, rule, user, reason, (f"{prefix}-{name}" for name in users))


def _check_given(reading: Reading, situation: Situation, named: set[str]) -> None:
    for effect in situation.gives:
        if effect.partition(":")[0] in _ONE:
            reason = f"{effect!r}: a message has one disposition and one kind of user, which situations do not give"
            _whole(reading, situation, reason, "a product, a use or a channel")
        elif effect not in named:
            _missed(reading, situation, effect, f"no tag {effect!r}", _alike(effect, named))


def _missed(reading: Reading, one: Rule | Situation, name: str, reason: str, known: Iterable[str]) -> None:
    """Tell of a name that nobody knows, unless it may stand in what could not be read; list all there are once."""
    if f'"{name.rpartition(":")[2]}"' in reading.unread:
        return
    remedy = near(name, known)
    _whole(reading, one, reason, "" if remedy in reading.listed else remedy)
    if remedy.startswith(ONE_OF):
        reading.listed.add(remedy)


def _alike(name: str, known: Iterable[str]) -> list[str]:
    """Give those of one dimension; all where there is none such."""
    dimension = name.partition(":")[0] + ":"
    return [one for one in known if one.startswith(dimension)] or list(known)


def _whole(reading: Reading, one: Rule | Situation, reason: str, instead: str) -> None:
    reading.problems.append(RuleError(file=one.file, line=one.line, rule=one.id, reason=reason, instead=instead))
