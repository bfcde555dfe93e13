"""A parsed message's text in zones: new, quoted, forwarded, signature, disclaimer, attached; pure.

For every zone of the body `zone.text == parsed.text[zone.start : zone.start + len(zone.text)]`.
"""

from collections.abc import Iterator
from dataclasses import replace

from classifiers.verdict import MessageText, Writer, Zone, ZoneKind
from pipeline.mail.message import ParsedEmail
from pipeline.mail.zones.carve import carve
from pipeline.mail.zones.forwards import Correspondents

_OWN = (ZoneKind.NEW, ZoneKind.FORWARDED)


def message_text(parsed: ParsedEmail, *, team_addresses: frozenset[str]) -> MessageText:
    """Split a parsed message into zones, in reading order: subject, body, documents, messages it carries.

    A carried message stands as FORWARDED zones named by its file name, its subject and two line ends before its body
    (offsets count in that text), and its writer as the last of `forwarded`; in a delivery report, or written by the
    team, it is QUOTED instead.
    """
    team = frozenset(address.lower() for address in team_addresses)
    who = Correspondents(team=team, sender=_writer(parsed))
    body = carve(parsed.text, parsed.subject, who)
    zones = [Zone(kind=ZoneKind.SUBJECT, text=parsed.subject), *body.zones, *_documents(parsed)]
    forwarded = list(body.forwarded)
    for carried in parsed.attached:
        inner = _carried(carried, team, quoted=_is_report(parsed))
        zones += inner.zones
        forwarded += inner.forwarded
    return MessageText(
        zones=tuple(zones),
        sender=who.sender,
        forwarded=tuple(forwarded),
        headers=parsed.headers,
        content_type=parsed.content_type,
        sender_trusted=parsed.sender_trusted,
        from_team=who.is_team(who.sender),
    )


def user_address(text: MessageText) -> str:
    """Give the address of who uses the statistics: the deepest forwarded writer's, else the sender's."""
    return next((one.address for one in reversed(text.forwarded) if one.address), text.sender.address)


def _writer(parsed: ParsedEmail) -> Writer:
    return Writer(name=parsed.sender.name, address=parsed.sender.address)


def _is_report(parsed: ParsedEmail) -> bool:
    return parsed.content_type.startswith("multipart/report")


def _documents(parsed: ParsedEmail) -> Iterator[Zone]:
    """Give a zone for each document that has a text of its own."""
    for document in parsed.attachments:
        if document.text.strip() and document.text != parsed.text:
            yield Zone(kind=ZoneKind.ATTACHMENT, text=document.text, name=document.filename)


def _carried(parsed: ParsedEmail, team: frozenset[str], *, quoted: bool) -> MessageText:
    """Give the zones of a carried message as they count in the one that carries it."""
    inner = message_text(parsed, team_addresses=team)
    quoted = quoted or inner.from_team
    name = parsed.attached_as or parsed.subject or "attached message"
    shift = len(parsed.subject) + 2
    zones = [_as_carried(zone, name, shift, quoted=quoted) for zone in inner.zones if zone.text.strip()]
    if not quoted and len(zones) > 1 and inner.zones[1].kind in _OWN and inner.zones[0].text.strip():
        zones[:2] = [_headed(zones[0], zones[1])]
    writers = () if quoted else (inner.sender, *inner.forwarded)
    return replace(inner, zones=tuple(zones), forwarded=writers)


def _as_carried(zone: Zone, name: str, shift: int, *, quoted: bool) -> Zone:
    """Rename a zone of a carried message; documents and messages inside it keep their own names and offsets."""
    own = ZoneKind.QUOTED if quoted else ZoneKind.FORWARDED
    kind = own if quoted or zone.kind in (ZoneKind.SUBJECT, *_OWN) else zone.kind
    if zone.name:
        return replace(zone, kind=kind)
    start = 0 if zone.kind is ZoneKind.SUBJECT else zone.start + shift
    return Zone(kind=kind, text=zone.text, start=start, name=name)


def _headed(subject: Zone, first: Zone) -> Zone:
    """Join a subject and the text below it into one zone."""
    between = "\n" * max(2, first.start - len(subject.text))
    return replace(first, text=subject.text + between + first.text, start=0)
