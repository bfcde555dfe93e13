"""What is held of a person as one zip file: messages as received, and what was made of them as JSON."""

import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from storage.engine import Store
from storage.erasure import Found
from storage.errors import RawGone
from storage.messages import raw_bytes, set_aside_raw
from storage.reviews import looks, message
from storage.setaside import set_aside_one

README = """What is held of {address} as of {day}.

messages/NUMBER.eml   a message as it was received
messages/NUMBER.json  what was made of it: its text, tags with their reasons, decisions, and who looked at it
set-aside/            messages of theirs that could not be read
named.json            numbers of other people's messages that name the address: not included, they are theirs
set-aside-named.json  the same of other people's messages that could not be read
"""


def hand_over(store: Store, found: Found, address: str, file: Path, *, now: datetime) -> None:
    """Write the zip file, mode 600, over one of that name."""
    file.unlink(missing_ok=True)
    made = os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    with os.fdopen(made, "w+b") as opened, zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("README.txt", README.format(address=address, day=f"{now:%-d %B %Y}"))
        packed.writestr("named.json", json.dumps(found.named))
        packed.writestr("set-aside-named.json", json.dumps(found.set_aside_named))
        for name, content in _contents(store, found):
            packed.writestr(name, content)


def _contents(store: Store, found: Found) -> Iterator[tuple[str, bytes | str]]:
    for number in sorted({*found.written, *found.received}):
        record = asdict(message(store, number)) | {"looks": [asdict(look) for look in looks(store, number)]}
        yield f"messages/{number}.json", _json(record)
        try:
            yield f"messages/{number}.eml", raw_bytes(store, number)
        except RawGone:
            continue  # retention removed it: the record says what is left
    for number in found.set_aside:
        yield f"set-aside/{number}.json", _json(asdict(set_aside_one(store, number)))
        yield f"set-aside/{number}.eml", set_aside_raw(store, number)


def _json(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
