"""What users raised for a meeting, gathered as an agenda; pure.

It names kinds of users and no person, and strikes contact details out of quotes. A person reads it before it goes
round.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from classifiers.catalogue import Catalogue, Dimension, ZoneKind
from digests.disclosure.redact import redact
from digests.options import DigestOptions
from digests.period import day_name, london_date, span_name
from digests.render.odt_text import heading, odt_text, paragraph, table
from digests.words import plain
from storage.records import StoredMessage

LINES, LONGEST = 6, 600  # of a message's new text
HEADER = ("Subject", "From", "What they say", "Message")


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """What one message raises."""

    message_id: int
    arrived: date
    subject: str
    user: str
    quotes: tuple[str, ...]
    opening: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Agenda:
    """The points of a run of months for one way of engagement."""

    title: str
    organisation: str
    first_month: str
    last_month: str
    made_on: date
    points: tuple[Point, ...]


def draft_agenda(
    messages: Iterable[StoredMessage],
    channel: str,
    catalogue: Catalogue,
    months: tuple[str, str],
    options: DigestOptions,
    *,
    now: datetime,
) -> Agenda:
    """Gather the points of messages, in their order."""
    return Agenda(
        title=f"{catalogue.title(Dimension.CHANNEL, channel)}: points from users",
        organisation=options.organisation,
        first_month=months[0],
        last_month=months[1],
        made_on=london_date(now),
        points=tuple(_point(message, catalogue) for message in messages),
    )


def agenda_as_odt(agenda: Agenda) -> bytes:
    """Make a document to edit."""
    return odt_text(_parts(agenda), title=agenda.title, creator=agenda.organisation, made_on=agenda.made_on)


def _parts(agenda: Agenda) -> Iterable[str]:
    yield heading(1, agenda.title)
    yield paragraph(f"{span_name(agenda.first_month, agenda.last_month)}. Made on {day_name(agenda.made_on)}.")
    yield paragraph(
        "A draft for the team. It quotes messages: contact details are struck out, and the names that could "
        "be found. Read it before it goes round."
    )
    if agenda.points:
        yield table("Points", HEADER, [_row(point) for point in agenda.points])
    else:
        yield paragraph("Nothing was raised in this period.")


def _row(point: Point) -> list[list[str]]:
    said = [f"“{quote}”" for quote in point.quotes] or [point.opening or "[no new text]"]
    where = f"message {point.message_id}, {day_name(point.arrived)}"
    return [[point.subject or "[no subject]"], [point.user], said, [where]]


def _point(message: StoredMessage, catalogue: Catalogue) -> Point:
    users = [tag.value for tag in message.tags if tag.dimension == Dimension.USER_CATEGORY]
    quotes = dict.fromkeys(_shown(one.text, message) for one in message.statements)
    return Point(
        message_id=message.id,
        arrived=london_date(message.arrived_at),
        subject=_shown(message.subject, message),
        user=catalogue.title(Dimension.USER_CATEGORY, users[0]) if users else "",
        quotes=tuple(quote for quote in quotes if quote),
        opening=_opening(message),
    )


def _opening(message: StoredMessage) -> str:
    """Give the first lines that say something: a greeting alone does not."""
    lines = [line for zone in message.zones if zone.kind == ZoneKind.NEW for line in zone.text.splitlines()]
    telling = [line for line in lines if len(line.split()) > 3][:LINES]
    text = _shown(" ".join(telling), message)
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} …"


def _shown(text: str, message: StoredMessage) -> str:
    addresses = f"<{plain(message.sender_address)}> <{plain(message.user_address)}>"
    return redact(plain(text), f"{plain(message.sender_name)} {addresses}").text
