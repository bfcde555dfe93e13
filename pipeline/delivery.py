"""An issue as e-mails: which issues are due to whom, and what goes into the message; pure but for reading the files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

from digests.period import month_name
from digests.render.names import METADATA
from storage.records import Issue

DAYS = 7  # after which an issue is no news: whoever is named later is sent the next one
MEGABYTE = 1_000_000
_TYPES = {
    "html": ("text", "html"),
    "csv": ("text", "csv"),
    "json": ("application", "json"),
    "pdf": ("application", "pdf"),
    "ods": ("application", "vnd.oasis.opendocument.spreadsheet"),
    "xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """What is sent of an issue: its files; `left_out` names those that would have made the message too large."""

    files: tuple[Path, ...]
    left_out: tuple[str, ...] = ()


def issues_due(issues: Iterable[Issue], now: datetime) -> tuple[Issue, ...]:
    """Give the issues to deliver: the newest of each mailbox's month, if it was made within the last days."""
    newest = {(issue.account, issue.month): issue for issue in sorted(issues, key=lambda issue: issue.number)}
    return tuple(issue for issue in newest.values() if now - issue.issued_at <= timedelta(days=DAYS))


def parcel(files: Iterable[Path], formats: Iterable[str], most_bytes: int, *, each: int | None = None) -> Parcel:
    """Choose the files of the wanted formats that fit together (and each by itself), in the order of the formats."""
    wanted = tuple(formats)
    able = sorted(
        (one for one in files if _format(one) in wanted), key=lambda one: (wanted.index(_format(one)), one.name)
    )
    chosen: list[Path] = []
    left_out, room = [], most_bytes
    for path in able:
        size = path.stat().st_size
        if size <= min(room, room if each is None else each):
            chosen.append(path)
            room -= size
        else:
            left_out.append(path.name)
    return Parcel(files=tuple(chosen), left_out=tuple(left_out))


def letter(
    issue: Issue, content: Parcel, *, sender: str, recipient: str, organisation: str, now: datetime, mailbox: str = ""
) -> EmailMessage:
    """Write the message: a few plain words, and the files by their own names (lower case letters, digits, dashes).

    `mailbox` names the one that the digest is over; empty for all.
    """
    name = ", ".join(filter(None, ("Users and uses", mailbox, month_name(issue.month))))
    message = EmailMessage()
    message["From"], message["To"] = sender, recipient
    message["Subject"] = f"{name} (issue {issue.number}, {issue.status})"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence notice answers it
    message.set_content(_words(name, content, organisation))
    for path in content.files:
        kind, subkind = _TYPES[_ending(path)]
        message.add_attachment(path.read_bytes(), maintype=kind, subtype=subkind, filename=path.name)
    return message


def places(
    issue: Issue, content: Parcel, *, organisation: str, mailbox: str = ""
) -> tuple[dict[str, str], dict[str, Path]]:
    """Give what fills a template's places: words, and files as link_to_xlsx and link_to_pdf.

    A place whose file is not sent says so, since a template's places all have to be filled.
    """
    files = {f"link_to_{_ending(path)}": path for path in content.files}
    missing = {f"link_to_{ending}": "not attached" for ending in ("xlsx", "pdf")}
    words = {
        "month": month_name(issue.month),
        "mailbox": mailbox or "all mailboxes",
        "issue": str(issue.number),
        "status": issue.status,
        "organisation": organisation,
        "left_out": ", ".join(content.left_out) or "nothing",
    }
    return {**words, **{place: said for place, said in missing.items() if place not in files}}, files


def _words(name: str, content: Parcel, organisation: str) -> str:
    lines = [f"{name}, by {organisation}.", "", "Attached:", *(f"  {path.name}" for path in content.files)]
    if content.left_out:
        lines += ["", "Too large for this message:", *(f"  {left}" for left in content.left_out)]
    return "\n".join([*lines, "", "This message was sent automatically.", ""])


def _format(path: Path) -> str:
    """Name the format that a file belongs to: the tables' data dictionary goes with the tables."""
    return "csv" if path.name == METADATA else _ending(path)


def _ending(path: Path) -> str:
    return path.suffix.removeprefix(".")
