"""The rows that hold the words of a message: whole and packed, and as search looks at them. Pure."""

from storage.plain import Plain, all_plain, texts_plain
from storage.records import NewMessage
from storage.text import clean, cut

MOST_WORDS = 200_000  # bytes of a body, and of its attachments, that search looks at: a tsvector holds under 1 MB
MOST_HEADING = 2_000
# PostgreSQL takes these for letters; a snippet marks the words found with them (storage.search).
_MARKERS = {0xE000: " ", 0xE001: " "}


def search_row(message_id: int, new: NewMessage) -> Plain:
    """Give the words that search looks at; the first 200 kB of a body, and of its attachments."""
    body = "\n".join(zone.text for zone in new.zones if zone.kind not in ("subject", "attachment"))
    attached = "\n".join(f"{one.filename}\n{one.text}" for one in new.attachments)
    sender = f"{new.sender_name} {new.sender_address} {new.user_address}"
    return {
        "message_id": message_id,
        "subject": _searchable(new.subject, MOST_HEADING),
        "sender": _searchable(sender, MOST_HEADING),
        "body": _searchable(body, MOST_WORDS),
        "attachments": _searchable(attached, MOST_WORDS),
    }


def _searchable(text: str, most: int) -> str:
    text = clean(text)
    return cut(text.translate(_MARKERS) if any(marker in text for marker in "\ue000\ue001") else text, most)


def text_row(message_id: int, new: NewMessage) -> Plain:
    """Give the row of `message_text`."""
    return {
        "message_id": message_id,
        "zones": all_plain(new.zones),
        "html": clean(new.html),
        "attachments": all_plain(new.attachments),
        "oddities": texts_plain(new.oddities),
    }
