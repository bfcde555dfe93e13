"""Matches of rules as the hits that a verdict keeps."""

from classifiers.matching import Match
from classifiers.verdict import Dimension, Hit, MessageText, Role


def hit_of(match: Match, message: MessageText, role: Role = Role.ASKED) -> Hit:
    """Make the hit of a match: its rule, zone, exact words and offsets."""
    text = message.zones[match.sentence.zone].text
    return Hit(
        rule=match.rule.id,
        dimension=match.rule.dimension or Dimension.CHANNEL,
        value=match.rule.tag,
        zone=match.sentence.zone,
        start=match.start,
        end=match.end,
        words=text[match.start : match.end],
        weight=match.rule.weight,
        role=role,
    )
