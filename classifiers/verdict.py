"""The values that go into and come out of the classifiers: a message's text in zones, hits, tags, a verdict."""

from dataclasses import dataclass
from enum import StrEnum

from classifiers.travelling import travels_light


class Dimension(StrEnum):
    """What a tag speaks of; the values of each are data, in the rule files."""

    DISPOSITION = "disposition"  # does a person have to read it
    PRODUCT = "product"  # which statistics it is about
    USER_CATEGORY = "user_category"  # who uses, or wants to use, the statistics
    USE = "use"  # what the sender says they are used for
    CHANNEL = "channel"  # which way of engagement it belongs to


class ZoneKind(StrEnum):
    """The parts of a message that count differently."""

    SUBJECT = "subject"
    NEW = "new"  # what the sender wrote now
    QUOTED = "quoted"  # earlier mail below or between
    FORWARDED = "forwarded"  # the original that was passed on to the mailbox
    SIGNATURE = "signature"
    DISCLAIMER = "disclaimer"  # legal text, banners, virus notices, "sent from my"
    ATTACHMENT = "attachment"  # the text of a document; `name` is its file name


class Role(StrEnum):
    """What the sender does with the thing a hit names."""

    ASKED = "asked"  # asked for, used or commented on: it counts
    SET_ASIDE = "set-aside"  # "not the cohesion report, I have that one"
    MENTIONED = "mentioned"  # only lights up; never tags


class StatementKind(StrEnum):
    """What a quoted sentence states."""

    USE = "use"
    DECISION = "decision"


@travels_light
@dataclass(frozen=True, kw_only=True, slots=True)
class Zone:
    """One stretch of text: `start` counts characters from the beginning of the body (or of the attachment's text)."""

    kind: ZoneKind
    text: str
    start: int = 0
    name: str = ""


@travels_light
@dataclass(frozen=True, kw_only=True, slots=True)
class Writer:
    """A person as a message names them: `From:` of the message, or of an original that was forwarded."""

    name: str = ""
    address: str = ""


@travels_light
@dataclass(frozen=True, kw_only=True, slots=True)
class MessageText:
    """A message as the classifiers see it: clean Unicode, no bytes, no dates.

    `zones` stand in reading order, the subject first; a hit names its zone by its place in this tuple. `forwarded`
    lists the writers of forwarded originals from the outermost to the deepest. `headers` holds decoded (lower-case
    name, value) pairs in their order.
    """

    zones: tuple[Zone, ...]
    sender: Writer = Writer()
    forwarded: tuple[Writer, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "text/plain"  # of the whole message, lower case with its parameters
    sender_trusted: bool = True  # False when Authentication-Results say that the sender's domain is forged
    from_team: bool = False  # the team's own sent mail


@travels_light
@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """Words that a rule matched: `zones[zone].text[start:end] == words`."""

    rule: str
    dimension: Dimension
    value: str
    zone: int
    start: int
    end: int
    words: str
    weight: float = 1.0
    role: Role = Role.ASKED


@travels_light
@dataclass(frozen=True, kw_only=True, slots=True)
class Tag:
    """One value of one dimension with its confidence (0 to 1), why in words, and the hits that decided it."""

    dimension: Dimension
    value: str
    confidence: float
    reason: str
    hits: tuple[Hit, ...] = ()


@travels_light
@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """A verbatim sentence that states a use or a decision: `zones[zone].text[start:end] == text`."""

    kind: StatementKind
    zone: int
    start: int
    end: int
    text: str
    rule: str = ""


@travels_light
@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What the rules say of a message.

    Exactly one disposition and one user category stand among `tags` (the category is `none` unless the disposition is
    `triage`). `reasons` say in words why a person must look; `hits` holds all of them, also those that did not tag.
    """

    rules_version: str
    tags: tuple[Tag, ...]
    statements: tuple[Statement, ...] = ()
    hits: tuple[Hit, ...] = ()
    confidence: float = 0.0
    needs_person: bool = True
    reasons: tuple[str, ...] = ()
    disputed: bool = False  # a second opinion, learnt from past decisions, suggests other tags; reasons[0] says which

    def values(self, dimension: Dimension) -> tuple[str, ...]:
        """Give the values of one dimension, in the order of the tags."""
        return tuple(tag.value for tag in self.tags if tag.dimension is dimension)
