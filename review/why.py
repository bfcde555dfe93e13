"""What the rules saw in a message, or in a text that is tried on them; pure."""

from dataclasses import dataclass

from classifiers.catalogue import Catalogue, Dimension
from review.callables import Explained, MissedTag, NearMiss
from review.filters import DIMENSION_NAMES
from review.forms import folded
from review.view import ZoneView, spans_of, zone_view
from review.words import key_of
from storage.records import StoredMessage, TagRecord, VerdictRecord

ZONE_NAMES = {
    "subject": "subject",
    "new": "new text",
    "quoted": "quoted mail",
    "forwarded": "forwarded message",
    "signature": "signature",
    "disclaimer": "disclaimer",
    "attachment": "attachment",
}
ROLE_NAMES = {"asked": "counted", "set-aside": "set aside by the sender", "mentioned": "only mentioned"}


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleView:
    """One match of a rule, in words: what it speaks for, where it stood, what became of it."""

    rule: str
    tag: str
    words: str
    place: str
    weight: str
    role: str


def rule_views(message: StoredMessage, catalogue: Catalogue) -> tuple[RuleView, ...]:
    """List every match of every rule, in reading order."""
    hits = sorted(message.verdict.hits, key=lambda hit: (hit.zone, hit.start, hit.end))
    return tuple(
        RuleView(
            rule=hit.rule,
            tag=f"{DIMENSION_NAMES.get(hit.dimension, hit.dimension)}: "
            f"{catalogue.title(Dimension(hit.dimension), hit.value)}",
            words=folded(hit.words),
            place=_place(hit.zone, message),
            weight=f"{hit.weight:g}",
            role=ROLE_NAMES.get(hit.role, hit.role),
        )
        for hit in hits
    )


def _place(zone: int, message: StoredMessage) -> str:
    if zone < 0:
        return "address or headers"
    return ZONE_NAMES.get(message.zones[zone].kind, "") if zone < len(message.zones) else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExplainedTag:
    """One tag that the rules give a text."""

    dimension: str
    title: str
    percent: str
    reason: str
    key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MissedView:
    """A tag that the rules do not give a text, in words."""

    tag: str
    reason: str
    rules: tuple[NearMiss, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExplainedView:
    """What the rules say of a text, as its page shows it."""

    zones: tuple[ZoneView, ...]
    tags: tuple[ExplainedTag, ...]
    verdict: VerdictRecord
    near: tuple[MissedView, ...]
    asked: MissedView | None


def explained_view(result: Explained, catalogue: Catalogue) -> ExplainedView | None:
    """Lay out what the rules say, the words lit up; nothing when the text could not be read."""
    if result.verdict is None:
        return None
    spans = spans_of(result.verdict)
    seen: set[str] = set()
    zones = (zone_view(zone.kind, zone.name, zone.text, spans[place], seen) for place, zone in enumerate(result.zones))
    return ExplainedView(
        zones=tuple(zone for zone in zones if zone.lines),
        tags=tuple(_explained_tag(tag, catalogue) for tag in result.verdict.tags),
        verdict=result.verdict,
        near=tuple(_missed(one, catalogue) for one in result.near if one != result.asked),
        asked=_missed(result.asked, catalogue) if result.asked else None,
    )


def _missed(missed: MissedTag, catalogue: Catalogue) -> MissedView:
    title = catalogue.title(Dimension(missed.dimension), missed.value)
    dimension = DIMENSION_NAMES.get(missed.dimension, missed.dimension)
    return MissedView(tag=f"{dimension}: {title}", reason=missed.reason, rules=missed.rules)


def _explained_tag(tag: TagRecord, catalogue: Catalogue) -> ExplainedTag:
    return ExplainedTag(
        dimension=DIMENSION_NAMES.get(tag.dimension, tag.dimension),
        title=catalogue.title(Dimension(tag.dimension), tag.value),
        percent=f"{tag.confidence:.0%}",
        reason=tag.reason,
        key=key_of(tag.dimension, tag.value),
    )
