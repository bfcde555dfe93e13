"""A message that cannot be read, filed by hand: whole, with what can be made out of it, for a person to read. Pure."""

from pipeline.flow.ingest import slot_of
from pipeline.mail import identity
from pipeline.mail.glimpse import glimpse
from pipeline.mail.message import RawMessage
from storage.records import NewMessage, SetAside, VerdictRecord

UNREAD = "filed by hand, unread"  # begins the reason of a verdict on such a message


def filed_by_hand(item: SetAside, raw: RawMessage, rules_version: str) -> NewMessage:
    """Make the record of a set-aside message as it is filed by hand: pending, without zones and tags."""
    seen = glimpse(raw.raw)
    return NewMessage(
        slot=slot_of(raw),
        origin=raw.origin,
        raw=raw.raw,
        raw_sha256=identity.raw_sha256(raw.raw),
        mail_sha256=identity.mail_sha256(raw),
        arrived_at=item.arrived_at,
        arrived_source=item.arrived_source,
        subject=seen.subject,
        sender_name=seen.sender.name,
        sender_address=seen.sender.address,
        user_address=seen.sender.address,
        oddities=(f"it was filed by hand, since it could not be read: {item.error}",),
        verdict=VerdictRecord(
            rules_version=rules_version,
            tags=(),
            needs_person=True,
            reasons=(f"{UNREAD}: {item.error}",),
        ),
    )
