"""Situations: frames of the whole message that add and take away tags, as situations.toml has them."""

from collections.abc import Iterable

from classifiers.message_evidence import Evidence
from classifiers.rule import Situation
from classifiers.verdict import Dimension, Tag


def applied(situations: Iterable[Situation], evidence: Evidence, tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """Apply the situations that hold, from top to bottom."""
    for situation in situations:
        if holds(situation, evidence, tags):
            tags = _changed(situation, tags)
    return tags


def holds(situation: Situation, evidence: Evidence, tags: tuple[Tag, ...]) -> bool:
    """Tell whether a situation's cues are all there and none that speak against it."""
    needed = all(_is_there(name, evidence, tags) for name in situation.needs)
    return needed and not any(_is_there(name, evidence, tags) for name in situation.unless)


def _is_there(name: str, evidence: Evidence, tags: tuple[Tag, ...]) -> bool:
    return any(_has_tag(one, tags) if ":" in one else evidence.has(one) for one in name.split("|"))


def _has_tag(name: str, tags: tuple[Tag, ...]) -> bool:
    dimension, _, value = name.partition(":")
    return any(tag.dimension == dimension and value in ("*", tag.value) for tag in tags)


def _changed(situation: Situation, tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    kept = tuple(tag for tag in tags if not any(_has_tag(name, (tag,)) for name in situation.drops))
    added = []
    for name in situation.gives:
        dimension, _, value = name.partition(":")
        if not _has_tag(name, kept):
            added.append(
                Tag(dimension=Dimension(dimension), value=value, confidence=0.85, reason=situation.why or situation.id)
            )
    return (*kept, *added)
