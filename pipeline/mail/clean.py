"""A message's text in zones: what is new, quoted, forwarded, signature, disclaimer, attached; pure.

`zone.text == parsed.text[zone.start : zone.start + len(zone.text)]` for every zone of the body.
"""

from classifiers.verdict import MessageText, Writer, Zone, ZoneKind
from pipeline.mail.message import ParsedEmail


def message_text(parsed: ParsedEmail, *, team_addresses: frozenset[str]) -> MessageText:
    """Split a parsed message into zones, in reading order, the subject first."""
    zones = [Zone(kind=ZoneKind.SUBJECT, text=parsed.subject)]
    if parsed.text.strip():
        zones.append(Zone(kind=ZoneKind.NEW, text=parsed.text))
    zones += [
        Zone(kind=ZoneKind.ATTACHMENT, text=one.text, name=one.filename) for one in parsed.attachments if one.text
    ]
    return MessageText(
        zones=tuple(zones),
        sender=Writer(name=parsed.sender.name, address=parsed.sender.address),
        headers=parsed.headers,
        content_type=parsed.content_type,
        sender_trusted=parsed.sender_trusted,
        from_team=parsed.sender.address.lower() in team_addresses,
    )


def user_address(text: MessageText) -> str:
    """Give the address of who uses the statistics: the deepest forwarded writer's, else the sender's."""
    return next((one.address for one in reversed(text.forwarded) if one.address), text.sender.address)
