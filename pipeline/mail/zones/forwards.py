"""Whether the earlier mail in a body was passed on to us, or is only quoted below an answer."""

import re
from dataclasses import dataclass

from classifiers.verdict import Writer
from pipeline.mail.zones.fieldwords import SUBJECT_FORWARDS, SUBJECT_REPLIES
from pipeline.mail.zones.hops import Hop, HopKind
from pipeline.mail.zones.lines import one_of

_PREFIX = re.compile(r"\s*(?:\[[^\]]{1,40}\]\s*)*([^\W\d_]{1,9})\s*(?:\[\d+\])?\s*:", re.I)
_PASSES_ON = one_of(
    r"\b(?:see|as|per|the|question|query|request|enquiry|e-?mail|message|note|letter|correspondence|with|to|one|from) "
    r"(?:\w+ )?(?:below|attached)\b",
    r"\bbelow\b.{0,40}\b(?:for you|yours|please|help|answer|reply|deal|advice|response)\b",
    r"\b(?:forward|pass|send)(?:ing|ed)?\b.{0,30}\b(?:on|to you|this|it|along)\b",
    r"\bfyi\b|\bfor info(?:rmation)?\b|\bymlaen\b|\bmisdirected\b|\bover to you\b",
    r"\b(?:one|this|something)\b.{0,30}\bfor (?:you|yourselves|your team|statshop|the stats|action|reply|advice)\b",
    r"\b(?:can|could|would|will|are) (?:you|someone|anyone|one of you|your team)\b.{0,40}\b"
    r"(?:help|answer|reply|respond|assist|deal|pick)\b",
    r"\b(?:please|pls|grateful if you could) (?:(?:can|could) you )?"
    r"(?:help|answer|reply|respond|deal|advise|action|see|find)\b",
    r"\bfor (?:reply|answer|action|response|you)\b|\bnot (?:us|ours|for us|one for us|my area)\b",
    r"\bcame (?:in)?to (?:us|our|me)\b|\bwe (?:have )?received\b",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Correspondents:
    """Who is who in a message: the team's addresses and the sender."""

    team: frozenset[str]
    sender: Writer

    def is_team(self, writer: Writer) -> bool:
        """Say whether a writer is the team itself, by address, or by a name that is the mailbox's."""
        if writer.address:
            return writer.address.lower() in self.team
        name = writer.name.lower().replace(" ", "")
        return bool(name) and any(name == address.partition("@")[0] for address in self.team)

    def is_sender(self, writer: Writer) -> bool:
        """Say whether a writer is the sender of the message."""
        if writer.address and self.sender.address:
            return writer.address.lower() == self.sender.address.lower()
        return bool(writer.name) and _name_key(writer.name) == _name_key(self.sender.name)


def _name_key(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]{2,}", re.sub(r"\([^)]*\)", "", name).lower()))


def subject_prefix(subject: str) -> str:
    """Give "forward" or "reply" as the beginning of a subject says, else ""."""
    match = _PREFIX.match(subject)
    word = match[1].lower() if match else ""
    if word in SUBJECT_FORWARDS:
        return "forward"
    return "reply" if word in SUBJECT_REPLIES else ""


def is_passed_on(hop: Hop, subject: str, cover: str, original_words: int, who: Correspondents) -> bool:
    """Judge whether the first earlier mail in a body was passed on to the mailbox.

    What the team wrote is quoted, never passed on. A program's own "forwarded" mark or an FW: subject decides, unless
    a long cover note stands above a short original: then the sender asks on their own account. Without a prefix a
    short cover note above somebody else's mail passes it on; under RE: only words that say so do.
    """
    words = len(cover.split())
    if who.is_team(hop.writer):
        return False
    if words > 60 and words > original_words * 3:
        return False
    prefix = subject_prefix(subject)
    if hop.kind is HopKind.FORWARD or prefix == "forward":
        return True
    if hop.kind is HopKind.WROTE or who.is_sender(hop.writer) or not (hop.writer.name or hop.writer.address):
        return False
    says_so = bool(_PASSES_ON.search(cover))
    if prefix == "reply":
        return words <= 40 and says_so
    return words <= 40 or (words <= 120 and says_so)
