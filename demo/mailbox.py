"""The sample mailbox: the messages in `demo/mailbox/` laid out as a Maildir, each with its arrival date and flags."""

import os
import shutil
import tomllib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

SAMPLES = Path(__file__).parent / "mailbox"
INDEX = "index.toml"
UIDLIST = "dovecot-uidlist"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One message of the index: its file, when it arrived (aware UTC), whether it had been read, what it shows."""

    path: Path
    arrived: datetime
    seen: bool
    shows: str

    def wire_bytes(self) -> bytes:
        """Return the message with line ends as on the wire (RFC 5321, 2.3.8); the files have bare LF."""
        return self.path.read_bytes().replace(b"\n", b"\r\n")


def samples() -> tuple[Sample, ...]:
    """Read the index: every message of the sample mailbox, in the order of arrival."""
    rows = tomllib.loads((SAMPLES / INDEX).read_text(encoding="utf-8"))["message"]
    found = (
        Sample(path=SAMPLES / row["file"], arrived=row["arrived"], seen=row["seen"], shows=row["shows"]) for row in rows
    )
    return tuple(sorted(found, key=lambda sample: (sample.arrived, sample.path.name)))


def prepare(folder: Path) -> int:
    """Lay the sample mailbox out as a Maildir in `folder` and return how many messages it holds.

    A folder that already holds this very mailbox is left as it is, so UIDs and UIDVALIDITY stay; when the samples have
    changed it is made anew under another UIDVALIDITY (RFC 3501, 2.3.1.1).
    """
    mailbox = samples()
    listing = _uidlist(mailbox)
    if not _holds(folder, listing):
        _make(folder, mailbox)
        (folder / UIDLIST).write_text(listing, encoding="ascii", newline="")
    return len(mailbox)


def _holds(folder: Path, listing: str) -> bool:
    try:
        header = (folder / UIDLIST).read_text(encoding="ascii").splitlines()[0]
    except (FileNotFoundError, IndexError):
        return False
    return header == listing.splitlines()[0]


def _make(folder: Path, mailbox: Sequence[Sample]) -> None:
    """Write the messages; the server takes a message's INTERNALDATE from the time of its file."""
    for name in ("cur", "new", "tmp"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True, mode=0o700)
    for uid, sample in enumerate(mailbox, start=1):
        path = folder / "cur" / _maildir_name(uid, sample)
        path.write_bytes(sample.wire_bytes())
        os.utime(path, (sample.arrived.timestamp(), sample.arrived.timestamp()))


def _maildir_name(uid: int, sample: Sample) -> str:
    """Name a message as Maildir wants it (cr.yp.to/proto/maildir.html): time, something unique, host; flags."""
    return f"{int(sample.arrived.timestamp())}.M{uid}.statshop:2,{'S' if sample.seen else ''}"


def _uidlist(mailbox: Sequence[Sample]) -> str:
    """Write the server's list of UIDs (Dovecot's form, version 3); UIDVALIDITY is made from the messages."""
    stamp = 0
    for sample in mailbox:
        stamp = zlib.crc32(f"{sample.arrived} {sample.seen}".encode() + sample.wire_bytes(), stamp)
    lines = [f"3 V{stamp or 1} N{len(mailbox) + 1} G{stamp:032x}"]
    lines += [f"{uid} :{_maildir_name(uid, sample)}" for uid, sample in enumerate(mailbox, start=1)]
    return "".join(f"{line}\r\n" for line in lines)
