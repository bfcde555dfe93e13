"""What is held of a person as one zip file: messages as received, and what was made of them as JSON."""

import json
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any

from pipeline.errors import NotOverwritten
from storage.engine import Store
from storage.erasure import Found
from storage.errors import DamagedContent, RawGone
from storage.messages import raw_bytes, set_aside_raw
from storage.order import LONDON
from storage.reviews import looks, message
from storage.setaside import set_aside_one

README = """What is held of {address} as of {day}.

messages/NUMBER.eml   a message as it was received
messages/NUMBER.json  what was made of it: its text, tags with their reasons, decisions, and who looked at it
set-aside/            messages of theirs that could not be read
named.json            numbers of other people's messages that name the address: not included, they are theirs
set-aside-named.json  the same of other people's messages that could not be read
"""
DAMAGED = """
Held, and not in here, since the disk has damaged it:
"""


def hand_over(store: Store, found: Found, address: str, file: Path, *, now: datetime) -> None:
    """Write the zip file, mode 600, over an earlier one of that name once it is whole.

    Raise NotOverwritten where anything else is there.
    """
    check_place(file)
    aside = file.with_name(f".{file.name}.new")
    aside.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as opened:
            _pack(store, found, opened, README.format(address=address, day=f"{now.astimezone(LONDON):%-d %B %Y}"))
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


def check_place(file: Path) -> None:
    """Refuse to write over anything but an earlier zip file of the same kind."""
    if not file.parent.is_dir():
        raise NotOverwritten(file, f"there is no folder {file.parent}")
    if file.exists() and not _is_ours(file):
        raise NotOverwritten(file, "something else is there, which would be lost")


def _is_ours(file: Path) -> bool:
    if not file.is_file() or not zipfile.is_zipfile(file):
        return False
    with zipfile.ZipFile(file) as packed:
        names = packed.namelist()
        return "README.txt" in names and packed.read("README.txt").startswith(README[:15].encode())


def _pack(store: Store, found: Found, opened: IO[bytes], readme: str) -> None:
    damaged = []
    with zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("named.json", json.dumps(found.named))
        packed.writestr("set-aside-named.json", json.dumps(found.set_aside_named))
        for name, content in _contents(store, found):
            try:
                packed.writestr(name, content())
            except RawGone:  # retention removed it: the record says what is left
                continue
            except DamagedContent:
                damaged.append(name)
        packed.writestr("README.txt", readme + (DAMAGED + "\n".join(damaged) + "\n" if damaged else ""))


def _contents(store: Store, found: Found) -> Iterator[tuple[str, Callable[[], bytes | str]]]:
    for number in sorted({*found.written, *found.received}):
        yield f"messages/{number}.json", partial(_record, store, number)
        yield f"messages/{number}.eml", partial(raw_bytes, store, number)
    for number in found.set_aside:
        yield f"set-aside/{number}.json", partial(_set_aside_record, store, number)
        yield f"set-aside/{number}.eml", partial(set_aside_raw, store, number)


def _record(store: Store, number: int) -> str:
    return _json(asdict(message(store, number)) | {"looks": [asdict(look) for look in looks(store, number)]})


def _set_aside_record(store: Store, number: int) -> str:
    return _json(asdict(set_aside_one(store, number)))


def _json(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
