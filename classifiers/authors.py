"""Whose words a message holds: the sender's, or those of the writer whose mail was passed on to the mailbox.

A colleague who only passes a mail on is no user of the statistics; one who asks on their own account is, whatever hangs
below. So the forwards are walked from the outermost to the deepest as long as each hop adds little of its own.
"""

import re
from dataclasses import dataclass

from classifiers.matching import Found, Match
from classifiers.verdict import MessageText, Writer, ZoneKind

FEW_WORDS = 25  # a hop that adds fewer, and asks nothing for itself, passes on
MORE_WORDS = 70  # with words that say so, it may add this many
_ADDRESS = re.compile(r"[^\s<>\"',;]+@[^\s<>\"',;]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Author:
    """Who wrote the message that counts: `zones` hold their own words, `hops` how often it was passed on."""

    writer: Writer
    zones: frozenset[int]
    hops: int = 0
    passed_on: Match | None = None  # the words that say so


def author_of(message: MessageText, found: Found) -> Author:
    """Walk from the sender through those who only passed the mail on."""
    writers = (message.sender, *_originals(message))
    zones = _zones_of_levels(message, len(writers))
    level = 0
    while level + 1 < len(writers) and zones[level + 1] and _passes_on(found, zones[level]):
        level += 1
    passed = _match_in(found, "pass-on", zones[level - 1]) if level else None
    return Author(writer=writers[level], zones=zones[level], hops=level, passed_on=passed)


def _originals(message: MessageText) -> tuple[Writer, ...]:
    """Leave out our own mailbox: what it once wrote is earlier mail, and nobody passes it on to us."""
    ours = {
        address.lower()
        for name, value in message.headers
        if name in ("to", "delivered-to", "x-original-to")
        for address in _ADDRESS.findall(value)
    }
    kept: list[Writer] = []
    for writer in message.forwarded:
        if writer.address and writer.address.lower() in ours:
            break
        kept.append(writer)
    return tuple(kept)


def _zones_of_levels(message: MessageText, levels: int) -> list[frozenset[int]]:
    """Give the zones of each level: what stands before the first original is the sender's own."""
    found: list[set[int]] = [set() for _ in range(levels)]
    level = 0
    for place, zone in enumerate(message.zones):
        if zone.kind is ZoneKind.FORWARDED:
            level = min(level + 1, levels - 1)
            found[level].add(place)
        elif zone.kind in (ZoneKind.NEW, ZoneKind.SUBJECT):
            found[0].add(place)
        elif zone.kind is ZoneKind.SIGNATURE:
            found[level].add(place)
        elif zone.kind is ZoneKind.ATTACHMENT:
            found[0].add(place)
    return [frozenset(zones) for zones in found]


def _passes_on(found: Found, zones: frozenset[int]) -> bool:
    words = sum(
        len(sentence.written)
        for sentence in found.sentences
        if sentence.zone in zones and sentence.kind in (ZoneKind.NEW, ZoneKind.FORWARDED)
    )
    says_so = _match_in(found, "pass-on", zones) is not None
    own = _match_in(found, "own-account", zones) is not None
    if own:
        return says_so and words < FEW_WORDS
    return words < (MORE_WORDS if says_so else FEW_WORDS)


def _match_in(found: Found, cue: str, zones: frozenset[int]) -> Match | None:
    kinds = (ZoneKind.NEW, ZoneKind.FORWARDED)
    return next((match for match in found.of(cue, *kinds) if match.sentence.zone in zones), None)
