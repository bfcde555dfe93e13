"""Outlook's .msg files as mail, through the library extract-msg, an extra (its licence is the GPL)."""

from email.message import Message
from email.policy import SMTP
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline.mail.errors import ArchiveUnreadable, MsgSupportMissing


def message_of_msg(path: Path) -> bytes:
    """Read a .msg file and give the message as RFC 5322 bytes, the same each time.

    Raises MsgSupportMissing or ArchiveUnreadable.
    """
    try:
        import extract_msg  # noqa: PLC0415 - an extra: imported only where it is used
    except ImportError as error:
        raise MsgSupportMissing(str(path)) from error
    try:
        seed = sha256(path.read_bytes()).hexdigest()[:24]
        open_msg: Any = extract_msg.openMsg  # what it gives has no type of its own
        with open_msg(path) as opened:
            message = opened.asEmailMessage()
            settle_boundaries(message, seed)
            return bytes(message.as_bytes(policy=SMTP))
    except OSError as error:
        raise ArchiveUnreadable(str(path), error.strerror or "it cannot be opened as a .msg file") from error
    except Exception as error:  # the library raises whatever its parts raise; the file is set aside
        raise ArchiveUnreadable(str(path), f"it is no .msg file that can be read ({type(error).__name__})") from error


def settle_boundaries(message: "Message[str, str]", seed: str) -> None:
    """Give every multipart a boundary made from `seed`: random ones make a file another mail each time."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            part.set_boundary(f"=_{seed}_{number}")
