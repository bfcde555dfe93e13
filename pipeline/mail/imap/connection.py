"""One connection to an IMAP server: opened, signed in, every command with a timeout, every failure in our words."""

import imaplib
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError
from imapclient.imapclient import DRAFTS

from pipeline.mail.errors import (
    CaFileUnreadable,
    CertificateRefused,
    ConnectionLost,
    MailboxError,
    MailboxUnreachable,
    PlaintextRefused,
    ServerRefused,
    Throttled,
)
from pipeline.mail.imap.rows import Row, rows_of
from pipeline.mail.imap.words import backoff_seconds, refusal, words_of
from pipeline.mail.mailbox import MailboxSettings, Security

_GOODBYE_SECONDS = 5.0
_PIECE = 1 << 20  # a literal is read in pieces: imaplib would reserve all the memory the server announces

_CERTIFICATE_REASONS = {
    9: "it is not valid yet (check this machine's clock)",
    10: "it has expired",
    18: "the server signed it itself",
    19: "it is signed by an authority that this machine does not know",
    20: "it is signed by an authority that this machine does not know",
    21: "it is signed by an authority that this machine does not know",
    62: "it was made for another host name",
    64: "it was made for another address",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ServerFolder:
    """A folder as LIST shows it, its name decoded (RFC 3501, 5.1.3)."""

    name: str
    delimiter: str
    holds_messages: bool


class Connection:
    """Typed commands over an open, not yet signed-in IMAPClient; `count` is told of every byte received."""

    def __init__(self, client: Any, host: str, count: Callable[[int], None]) -> None:
        self.client = client  # imapclient has no types
        self._host = host
        _count_and_read_in_pieces(client._imap, count)

    def capabilities(self) -> frozenset[str]:
        """Name what the server can do, in capitals."""
        with translated(self._host, "CAPABILITY"):
            return frozenset(word.decode("ascii", errors="replace").upper() for word in self.client.capabilities())

    def list_folders(self) -> tuple[ServerFolder, ...]:
        """List all folders."""
        with translated(self._host, "LIST"):
            return tuple(_server_folder(*row) for row in self.client.list_folders())

    def open_folder(self, name: str, *, read_only: bool = True) -> dict[bytes, Any]:
        """EXAMINE a folder (SELECT it when it is to be changed) and give the untagged answers."""
        with translated(self._host, "EXAMINE" if read_only else "SELECT"):
            answers: dict[bytes, Any] = self.client.select_folder(name, readonly=read_only)
            return answers

    def search(self, *criteria: str) -> list[int]:
        """UID SEARCH with plain ASCII criteria and never a CHARSET, which Exchange refuses (F33)."""
        with translated(self._host, "SEARCH"):
            return _numbers(self._checked(self.client._imap.uid("SEARCH", *criteria)))

    def fetch(self, uid_set: str, items: str) -> dict[int, Row]:
        """UID FETCH items of a set; rows of messages that are gone are missing or lack the item."""
        with translated(self._host, "FETCH"):
            return rows_of(self._checked(self.client._imap.uid("FETCH", uid_set, items)))

    def uid_at(self, place: int) -> int | None:
        """Give the UID of the message at a sequence number, None when there is none."""
        with translated(self._host, "FETCH"):
            return next(iter(rows_of(self._checked(self.client._imap.fetch(str(place), "(UID)")))), None)

    def command(self, name: str, *arguments: str) -> None:
        """Run a UID command whose answer does not matter beyond OK (STORE, COPY, MOVE, EXPUNGE)."""
        with translated(self._host, name):
            self._checked(self.client._imap.uid(name, *arguments))

    def drafts_folder(self) -> str | None:
        """Name the folder of drafts: the one that the server marks with \\Drafts, else one of a usual name."""
        with translated(self._host, "LIST"):
            found = self.client.find_special_folder(DRAFTS)
            return None if found is None else str(found)

    def append(self, folder: str, content: bytes, flags: Sequence[bytes], at: datetime) -> None:
        """APPEND a message to a folder, with flags and a time of arrival."""
        with translated(self._host, "APPEND"):
            self.client.append(folder, content, flags=flags, msg_time=at)

    def quoted(self, folder: str) -> str:
        """Write a folder's name as a command carries it (modified UTF-7, quoted)."""
        written = self.client._normalise_folder(folder)
        return written.decode("ascii") if isinstance(written, bytes) else str(written)

    def close(self) -> None:
        """Sign out, within seconds and whatever happens."""
        with suppress(OSError, imaplib.IMAP4.error):
            self.client.socket().settimeout(_GOODBYE_SECONDS)
            self.client.logout()
        self.abandon()

    def abandon(self) -> None:
        """Close the socket without a word."""
        with suppress(OSError, imaplib.IMAP4.error):
            self.client._imap.shutdown()

    def _checked(self, answer: tuple[str, list[Any]]) -> list[Any]:
        kind, data = answer
        if kind != "OK":
            raise imaplib.IMAP4.error(data[-1] or b"no reason given")
        return data


def connect(settings: MailboxSettings, count: Callable[[int], None]) -> Connection:
    """Open a connection, protected as the settings say; not signed in yet.

    Raises PlaintextRefused, CertificateRefused, CaFileUnreadable, MailboxUnreachable.
    """
    if settings.security is Security.PLAIN and not settings.is_local:
        raise PlaintextRefused(settings.host, 'security is "plain" and it is another machine')
    context = None if settings.security is Security.PLAIN else _tls_context(settings)  # it loads every authority
    with _reaching(settings):
        connection = Connection(_client(settings, context), settings.host, count)
    if settings.security is Security.STARTTLS:
        _start_tls(connection, settings, context)
    return connection


@contextmanager
def translated(host: str, command: str) -> Iterator[None]:
    """Turn what imaplib, IMAPClient and the socket raise during a command into our errors."""
    try:
        yield
    except imaplib.IMAP4.readonly as error:
        raise ServerRefused(host, command, "the folder is read only for us") from error
    except imaplib.IMAP4.abort as error:
        raise _lost(host, words_of(error)) from error
    except imaplib.IMAP4.error as error:
        if "got more than" in str(error):  # imaplib, of a line too long: the rest of it still lies in the socket
            raise ConnectionLost(host, f"its answer to {command} is one endless line") from error
        raise refusal(host, command, words_of(error)) from error
    except TimeoutError as error:
        raise ConnectionLost(host, "it fell silent for too long", silent=True) from error
    except OSError as error:
        raise ConnectionLost(host, error.strerror or str(error)) from error
    except (ValueError, TypeError) as error:  # imapclient, of an answer it cannot read
        raise ConnectionLost(host, f"its answer to {command} is not IMAP") from error


def _lost(host: str, words: str) -> MailboxError:
    """A connection that ended: with words that ask for a pause, or without."""
    pause = backoff_seconds(words)
    return ConnectionLost(host, words) if pause is None else Throttled(host, pause)


def _client(settings: MailboxSettings, context: ssl.SSLContext | None) -> Any:
    return IMAPClient(
        settings.host,
        port=settings.port_used,
        ssl=settings.security is Security.TLS,
        ssl_context=context,
        timeout=SocketTimeout(connect=settings.connect_timeout, read=settings.read_timeout),
    )


def _tls_context(settings: MailboxSettings) -> ssl.SSLContext:
    """Trust the ca_file alone where one is named, else what this machine trusts."""
    try:
        return ssl.create_default_context(cafile=str(settings.ca_file) if settings.ca_file else None)
    except ssl.SSLError as error:
        raise CaFileUnreadable(str(settings.ca_file), "it holds no certificate") from error
    except OSError as error:
        raise CaFileUnreadable(str(settings.ca_file), error.strerror or "it cannot be read") from error


def _start_tls(connection: Connection, settings: MailboxSettings, context: ssl.SSLContext | None) -> None:
    try:
        with _reaching(settings):
            connection.client.starttls(context)
    except CapabilityError:
        connection.abandon()
        raise PlaintextRefused(settings.host, "it does not offer STARTTLS") from None
    except MailboxError:
        connection.abandon()
        raise


_BROKEN = ("DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "BAD_SIGNATURE", "UNEXPECTED_EOF_WHILE_READING")


@contextmanager
def _reaching(settings: MailboxSettings) -> Iterator[None]:
    """Turn what goes wrong before the first command into our errors."""
    host, port = settings.host, settings.port_used
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        reason = _CERTIFICATE_REASONS.get(error.verify_code, error.verify_message)
        raise CertificateRefused(host, reason) from error
    except ssl.SSLError as error:
        what = "the encrypted connection broke" if error.reason in _BROKEN else "it does not speak TLS there"
        raise MailboxUnreachable(host, port, f"{what} ({error.reason})") from error
    except socket.gaierror as error:
        raise MailboxUnreachable(host, port, "no such host is known") from error
    except TimeoutError as error:
        raise MailboxUnreachable(host, port, f"no answer within {settings.connect_timeout:g} seconds") from error
    except OSError as error:
        raise MailboxUnreachable(host, port, error.strerror or str(error)) from error
    except CapabilityError:
        raise
    except imaplib.IMAP4.error as error:
        meant = refusal(host, "", words_of(error))
        raise meant if meant.retryable else MailboxUnreachable(host, port, words_of(error)) from error


def _count_and_read_in_pieces(imap: Any, count: Callable[[int], None]) -> None:
    """Replace imaplib's `read` and `readline`, which it documents as to be overridden."""
    imap.debug = 0  # imapclient turns it up to 5: slow, and subjects would reach the log
    count(len(imap.welcome or b""))

    def read(size: int) -> bytes:
        pieces = list(_pieces(imap.file, size))
        count(sum(len(piece) for piece in pieces))
        return b"".join(pieces)

    def readline(inner: Callable[[], bytes] = imap.readline) -> bytes:
        line = inner()
        count(len(line))
        return line

    imap.read, imap.readline = read, readline


def _pieces(file: Any, size: int) -> Iterable[bytes]:
    while size > 0:
        piece: bytes = file.read(min(size, _PIECE))
        if not piece:
            return
        size -= len(piece)
        yield piece


def _numbers(lines: list[Any]) -> list[int]:
    """Take the UIDs out of SEARCH answers, of which some servers send several; `(MODSEQ n)` may follow."""
    words = (word for line in lines if line for word in line.partition(b"(")[0].split())
    return sorted({int(word) for word in words if word.isdigit()})


def _server_folder(flags: tuple[bytes, ...], delimiter: bytes | None, name: str) -> ServerFolder:
    closed = {b"\\noselect", b"\\nonexistent"}
    return ServerFolder(
        name=name,
        delimiter=(delimiter or b"").decode("ascii", errors="replace"),
        holds_messages=not any(flag.lower() in closed for flag in flags),
    )
