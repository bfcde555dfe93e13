"""What a server's words mean: a pause, a passing trouble, a stand-in for a message. Pure."""

import re

from pipeline.mail.errors import MailboxBusy, MailboxError, ServerRefused, Throttled

_BACKOFF = re.compile(r"suggested backoff time:\s*(\d+)\s*milliseconds", re.IGNORECASE)
_PASSING = re.compile(
    r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|CONTACTADMIN)\]"  # RFC 5530
    r"|authenticated but not connected"  # Exchange: the password is right, the mailbox server is not there
    r"|too many (simultaneous )?connections|maximum number of connections"
    r"|AccessTokenExpired|session invalidated"  # Microsoft 365, when the token ends in mid-run
    r"|temporar(y|ily)|try again|throttled|server (is )?(busy|unavailable)",
    re.IGNORECASE,
)
_STAND_IN = re.compile(rb"^Subject:\s*Retrieval using the (IMAP4?|POP3) protocol\s+failed\s+for", re.IGNORECASE | re.M)
_STAND_IN_WORDS = b"retrieval using the "  # looked for first: a pattern is slow that takes small and capital letters
_HEADER_END = re.compile(rb"\n\r?\n")
_PREFIX = re.compile(r"^command: \w+ => |^\w+ command error: \w+ (?=\[b)")  # imaplib's own words before the server's
_LONGEST = 300


def refusal(host: str, command: str, words: str) -> MailboxError:
    """Make the error that a refused command means."""
    pause = backoff_seconds(words)
    if pause is not None:
        return Throttled(host, pause)
    if is_passing(words):
        return MailboxBusy(host, words, command=command)
    return ServerRefused(host, command, words)


def backoff_seconds(words: str) -> float | None:
    """Read the pause that Exchange asks for (F32), in seconds."""
    found = _BACKOFF.search(words)
    return int(found.group(1)) / 1000 if found else None


def is_passing(words: str) -> bool:
    """Say whether a refusal speaks of the server's state and not of our request (F30)."""
    return _PASSING.search(words) is not None


def blames_message(error: ServerRefused | MailboxBusy) -> bool:
    """Say whether a refusal is about the messages fetched: any NO or BAD to the FETCH itself but "not now".

    SERVERBUG (RFC 5530) is about them too: the server stumbles over one, and does so each time.
    """
    passing = isinstance(error, MailboxBusy) and "[SERVERBUG]" not in error.words.upper()
    return error.command == "FETCH" and not passing


def is_stand_in(raw: bytes) -> bool:
    """Recognise what Exchange sends in the place of a message it cannot convert (F34), by the subject it writes."""
    end = _HEADER_END.search(raw)
    header = raw[: end.start()] if end else raw
    return _STAND_IN_WORDS in header.lower() and _STAND_IN.search(header) is not None


def words_of(error: BaseException) -> str:
    """Take the server's words out of an exception: imaplib puts bytes, lists of them, or their repr into it."""
    text = _plain(error.args[0]) if error.args else type(error).__name__
    text = _PREFIX.sub("", text)
    found = re.fullmatch(r".*?\[?b(['\"])(.*)\1\]?", text, re.DOTALL)
    text = found.group(2) if found else text
    text = "".join(letter if letter.isprintable() else " " for letter in text)  # no escape sequence reaches a terminal
    return " ".join(text.split())[:_LONGEST]


def _plain(value: object) -> str:
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)
