"""Which zones of a message count: in full, only as the context of what is new, or not at all.

New text, documents and a subject of one's own count in full. A forwarded original counts in full when who forwards it
only passes it on; when they ask on their own account it is context, like quoted mail and the subject of a reply.
"""

import re
from dataclasses import dataclass

from classifiers.authors import MORE_WORDS
from classifiers.matching import Found, Match
from classifiers.verdict import Zone, ZoneKind

MOST_WORDS_PASSING_ON = 45
_REPLY = re.compile(r"^\s*(?:re|aw|sv|antw|fw|fwd|wg|tr)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_CURRICULUM = re.compile(r"\b(?:cv|curriculum|resume)\b|\bcv[_.-]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Counting:
    """Places of zones: `body` counts in full (the subject apart), `context` only continues it."""

    body: frozenset[int]
    subject: frozenset[int]
    context: frozenset[int]
    new_words: int

    def in_full(self, match: Match) -> bool:
        """Tell whether a match stands where it counts in full."""
        return match.sentence.zone in self.body or match.sentence.zone in self.subject


def counting(found: Found) -> Counting:
    """Say what counts in a message."""
    zones = found.message.zones
    new_words = sum(len(one.written) for one in found.sentences if one.kind is ZoneKind.NEW)
    says_so = found.has("pass-on", ZoneKind.NEW)
    passed_on = new_words <= (MORE_WORDS if says_so else MOST_WORDS_PASSING_ON) and not _asks_itself(found)
    body, subject, context = set[int](), set[int](), set[int]()
    for place, zone in enumerate(zones):
        if zone.kind is ZoneKind.NEW or (zone.kind is ZoneKind.ATTACHMENT and not _CURRICULUM.search(zone.name)):
            body.add(place)
        elif zone.kind is ZoneKind.FORWARDED:
            (body if passed_on else context).add(place)
        elif zone.kind is ZoneKind.SUBJECT:
            (context if _is_reply(zone, found) else subject).add(place)
        elif zone.kind is ZoneKind.QUOTED:
            context.add(place)
    return Counting(frozenset(body), frozenset(subject), frozenset(context), new_words)


def _asks_itself(found: Found) -> bool:
    """Tell whether the new text above a forwarded original names a subject of its own."""
    return any(
        match.sentence.kind is ZoneKind.NEW and match.rule.rank == "decides" and match.rule.dimension == "product"
        for match in found.matches
    )


def _is_reply(zone: Zone, found: Found) -> bool:
    """A subject with "Re:" is the earlier mail's; with "Fw:" it is the original's, and counts with it."""
    match = _REPLY.match(zone.text)
    if match is None:
        return False
    passes_on = match.group().strip().lower().startswith(("fw", "wg", "tr"))
    return not (passes_on and any(one.kind is ZoneKind.FORWARDED for one in found.message.zones))
