"""Whether what is stored is still what was written: the disk may have changed it since."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from storage import models as m
from storage.columns import packed, unpack, unpack_json
from storage.errors import DamagedContent

CHUNK = 50
CHANGED = "its bytes are not those that were received"
MADE_AGAIN = "statshop rebuild makes it again"
NOT_TO_BE_UNPACKED = "its bytes are damaged and cannot be unpacked"


def sound_bytes(body: bytes, raw_sha256: str) -> bytes | None:
    """Give packed bytes unpacked, None where they are no longer those that were received."""
    try:
        content = unpack(body)
    except DamagedContent:
        return None
    return content if hashlib.sha256(content).hexdigest() == raw_sha256 else None


def fault_of(body: bytes, raw_sha256: str) -> str:
    """Say what is wrong with packed bytes, "" where they are those that were received."""
    try:
        content = unpack(body)
    except DamagedContent:
        return NOT_TO_BE_UNPACKED
    return "" if hashlib.sha256(content).hexdigest() == raw_sha256 else CHANGED


def damaged_texts(session: Session, among: ColumnElement[bool]) -> Iterator[str]:
    """Name the messages whose text can no longer be unpacked; it can be made again from their bytes."""
    row = m.message_text.c
    columns = (row.message_id, *(packed(column) for column in (row.zones, row.html, row.attachments, row.oddities)))
    texts = select(*columns).where(among).order_by(row.message_id).execution_options(yield_per=CHUNK)
    for number, *parts in session.connection().execute(texts):
        try:
            for part in parts:
                unpack_json(part)
        except DamagedContent:
            yield f"message {number}: its text is damaged; {MADE_AGAIN}"
