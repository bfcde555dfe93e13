"""A message as the store gives it, with nothing in it but what a test says."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from storage.records import Receipt, ReviewState, StoredMessage, VerdictRecord

_AT = datetime(2011, 3, 14, tzinfo=UTC)


def stored_message(**said: Any) -> StoredMessage:
    """Make one that nobody has decided yet."""
    made = StoredMessage(
        id=1,
        version=1,
        account="statshop",
        arrived_at=_AT,
        arrived_source="internaldate",
        sent_at=None,
        subject="",
        sender_name="",
        sender_address="",
        user_address="",
        recipients="",
        message_id="",
        thread_key="",
        html="",
        oddities=(),
        from_team=False,
        zones=(),
        attachments=(),
        verdict=VerdictRecord(rules_version="r1", tags=()),
        state=ReviewState.PENDING,
        tags=(),
        statements=(),
        history=(),
        receipt=Receipt(seen_at=_AT, stored_at=_AT, raw_sha256="", mail_sha256="", rules_version="r1", slots=()),
    )
    return replace(made, **said)
