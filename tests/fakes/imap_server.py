"""A small IMAP server on loopback that has every bad habit that servers of this field have, each by a switch."""

import base64
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

CAPABILITIES = "IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE"


@dataclass
class Mail:
    """One message on the server."""

    uid: int
    raw: bytes
    date: str = "17-Mar-2011 09:02:11 +0000"
    flags: set[str] = field(default_factory=set)


@dataclass
class Habits:
    """How the server misbehaves."""

    capabilities: str = CAPABILITIES
    greeting: str | None = "* OK ready"  # None: accept and say nothing
    uidvalidity: int | None = 7
    gives_uidnext: bool = True
    search_cap: int | None = None
    search_caps_keep_last: bool = False
    search_answer: str | None = None  # a tagged refusal in place of every SEARCH
    searches_in_lines_of: int | None = None
    login_answer: str = "OK signed in"
    token: str = "good"
    silent_on: str = ""  # a command that is never answered
    answers: dict[str, list[str]] = field(default_factory=dict)  # command -> tagged answers to give first, in turn
    bye_during: list[int] = field(default_factory=list)  # UIDs at which the connection ends, once each
    dies_at: set[int] = field(default_factory=set)  # UIDs at which it ends every time
    silent_at: set[int] = field(default_factory=set)  # UIDs at which it falls silent
    refuses: dict[int, str] = field(default_factory=dict)  # UID -> the NO that a FETCH of it gets
    without_body: set[int] = field(default_factory=set)
    nil_body: set[int] = field(default_factory=set)
    folders: tuple[str, ...] = ('(\\HasNoChildren) "/" INBOX',)
    keeps_keywords: bool = True
    fails_marking: bool = False
    cut_line: bool = False  # end in the middle of a line


class ImapServer:
    """A server thread a connection; `mails` is the INBOX."""

    def __init__(self, habits: Habits | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.habits = habits or Habits()
        self.tls = tls
        self.mails: list[Mail] = []
        self.other: list[Mail] = []  # the folder "Done"
        self.commands: list[str] = []
        self.sign_ins: list[str] = []
        self.connections_made = 0
        self.connections_open = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._lock = threading.Condition()
        threading.Thread(target=self._accept, daemon=True).start()

    def add(self, raw: bytes = b"Subject: x\r\n\r\nbody\r\n", **fields: object) -> int:
        """Put a message into the INBOX and give its UID."""
        uid = self.mails[-1].uid + 1 if self.mails else 1
        self.mails.append(Mail(uid=fields.pop("uid", uid), raw=raw, **fields))  # type: ignore[arg-type]
        return self.mails[-1].uid

    def expunge(self, uid: int) -> None:
        """Remove a message behind the client's back."""
        self.mails = [mail for mail in self.mails if mail.uid != uid]

    def heard(self, words: str) -> None:
        """Keep a command."""
        with self._lock:
            self.commands.append(words)
            self._lock.notify_all()

    def wait_until(self, holds: Callable[["ImapServer"], object], seconds: float = 30) -> None:
        """Wait until something is so of the connections or commands; fail when it never is."""
        with self._lock:
            assert self._lock.wait_for(lambda: holds(self), seconds), "it never came to that"

    def close(self) -> None:
        """Stop listening and end every connection."""
        _close(self._listener)
        for connection in self._open:
            _close(connection)

    def drop_connections(self) -> None:
        """End every connection without a word."""
        for connection in self._open:
            _close(connection)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections_made += 1
                self.connections_open += 1
                self._lock.notify_all()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        self._open.append(connection)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if self.tls and "STARTTLS" not in self.habits.capabilities:
                connection = self.tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            _Talk(self, connection).run()
        except (OSError, ValueError):
            pass
        finally:
            with self._lock:
                self.connections_open -= 1
            _close(connection)


class _Talk:
    """One connection's conversation."""

    def __init__(self, server: ImapServer, connection: socket.socket) -> None:
        self._server, self._habits, self._connection = server, server.habits, connection
        self._file = connection.makefile("rwb")
        self._folder = server.mails
        self._is_done_folder = False

    def run(self) -> None:
        if self._habits.greeting is None:
            self._connection.recv(1)
            return
        self._say(self._habits.greeting)
        while line := self._file.readline():
            tag, _, words = line.decode().strip().partition(" ")
            self._server.heard(words)
            if not self._answer(tag, words):
                return

    def _say(self, line: str | bytes) -> None:
        self._file.write((line.encode() if isinstance(line, str) else line) + b"\r\n")
        self._file.flush()

    def _answer(self, tag: str, words: str) -> bool:
        name = words.split()[0].upper()
        if name == "UID":
            name = words.split()[1].upper()
        if name == self._habits.silent_on:
            self._connection.settimeout(30)
            self._file.readline()
            return False
        queued = self._habits.answers.get(name)
        if queued:
            answer = queued.pop(0)
            self._say(answer if answer.startswith("*") else f"{tag} {answer}")
            return not answer.startswith("* BYE")
        step: Callable[[str, str], bool] | None = getattr(self, f"_on_{name.lower()}", None)
        if step is None:
            self._say(f"{tag} BAD unknown command")
            return True
        return step(tag, words)

    def _on_capability(self, tag: str, words: str) -> bool:
        self._say(f"* CAPABILITY {self._habits.capabilities}")
        self._say(f"{tag} OK done")
        return True

    def _on_starttls(self, tag: str, words: str) -> bool:
        assert self._server.tls is not None
        self._say(f"{tag} OK go on")
        self._connection = self._server.tls.wrap_socket(self._connection, server_side=True)
        self._server._open.append(self._connection)
        self._file = self._connection.makefile("rwb")
        return True

    def _on_login(self, tag: str, words: str) -> bool:
        self._server.sign_ins.append(words)
        self._say(f"{tag} {self._habits.login_answer}")
        return True

    def _on_authenticate(self, tag: str, words: str) -> bool:
        self._say("+ ")
        given = base64.b64decode(self._file.readline().strip()).decode()
        self._server.sign_ins.append(given)
        if words.upper().endswith("PLAIN") or f"auth=Bearer {self._habits.token}\1\1" in given:
            self._say(f"{tag} OK AUTHENTICATE completed.")
            return True
        self._say(b"+ " + base64.b64encode(b'{"status":"401","schemes":"bearer","scope":"IMAP.AccessAsApp"}'))
        self._server.sign_ins.append("answered the challenge with " + repr(self._file.readline().strip().decode()))
        self._say(f"{tag} NO AUTHENTICATE failed.")
        return True

    def _on_list(self, tag: str, words: str) -> bool:
        for folder in self._habits.folders:
            self._say(f"* LIST {folder}")
        self._say(f"{tag} OK done")
        return True

    def _on_examine(self, tag: str, words: str) -> bool:
        return self._open_folder(tag, words, "READ-ONLY")

    def _on_select(self, tag: str, words: str) -> bool:
        return self._open_folder(tag, words, "READ-WRITE")

    def _open_folder(self, tag: str, words: str, access: str) -> bool:
        name = words.partition(" ")[2].strip('"')
        if not any(name == folder.split('"')[-1].strip() or f'"{name}"' in folder for folder in self._habits.folders):
            self._say(f"{tag} NO [NONEXISTENT] no such mailbox")
            return True
        self._is_done_folder = name == "Done"
        mails = self._mails()
        self._say(f"* {len(mails)} EXISTS")
        self._say("* 0 RECENT")
        if self._habits.uidvalidity is not None:
            self._say(f"* OK [UIDVALIDITY {self._habits.uidvalidity}] valid")
        if self._habits.gives_uidnext:
            self._say(f"* OK [UIDNEXT {max((mail.uid for mail in mails), default=0) + 1}] next")
        allowed = "\\Flagged \\Seen" + (" \\*" if self._habits.keeps_keywords else "")
        self._say(f"* OK [PERMANENTFLAGS ({allowed})] limited")
        self._say(f"{tag} OK [{access}] done")
        return True

    def _mails(self) -> list[Mail]:
        return self._server.other if self._is_done_folder else self._server.mails

    def _on_uid_search_refused(self, tag: str) -> bool:
        self._say(f"{tag} {self._habits.search_answer}")
        return True

    def _on_search(self, tag: str, words: str) -> bool:
        if self._habits.search_answer:
            return self._on_uid_search_refused(tag)
        places = words.split()[2]
        found = [
            mail.uid
            for place, mail in enumerate(self._mails(), 1)
            if _matches(mail, words, self._mails())
            and (not places[0].isdigit() or _in_set(place, places, self._mails()))
        ]
        cap = self._habits.search_cap
        if cap is not None:
            found = found[-cap:] if self._habits.search_caps_keep_last else found[:cap]
        step = self._habits.searches_in_lines_of or max(len(found), 1)
        for start in range(0, max(len(found), 1), step):
            self._say("* SEARCH " + " ".join(map(str, found[start : start + step])))
        self._say(f"{tag} OK done")
        return True

    def _on_fetch(self, tag: str, words: str) -> bool:
        by_uid = words.upper().startswith("UID")
        wanted = words.split()[2 if by_uid else 1]
        for place, mail in enumerate(self._mails(), 1):
            if not _in_set(mail.uid if by_uid else place, wanted, self._mails()):
                continue
            if "BODY.PEEK[]" in words and not self._may_send(tag, mail):
                return False
            if "BODY.PEEK[]" in words and mail.uid in self._habits.refuses:
                self._say(f"{tag} {self._habits.refuses[mail.uid]}")
                return True
            self._say(_row(place, mail, words, self._habits))
        self._say(f"{tag} OK done")
        return True

    def _may_send(self, tag: str, mail: Mail) -> bool:
        if mail.uid in self._habits.silent_at:
            self._connection.settimeout(30)
            self._file.readline()
            return False
        if mail.uid in self._habits.dies_at:
            return False
        if mail.uid in self._habits.bye_during:
            self._habits.bye_during.remove(mail.uid)
            self._file.write(b"* 1 FET" if self._habits.cut_line else b"* BYE going down\r\n")
            self._file.flush()
            return False
        return True

    def _on_store(self, tag: str, words: str) -> bool:
        if self._habits.fails_marking:
            self._say(f"{tag} NO the folder is locked")
            return True
        flags = re.findall(r"[\\$\w-]+", words.partition("(")[2])
        for mail in self._mails():
            if _in_set(mail.uid, words.split()[2], self._mails()):
                mail.flags |= set(flags)
        self._say(f"{tag} OK done")
        return True

    def _on_copy(self, tag: str, words: str) -> bool:
        for mail in self._mails():
            if _in_set(mail.uid, words.split()[2], self._mails()):
                uid = len(self._server.other) + 1
                self._server.other.append(Mail(uid=uid, raw=mail.raw, date=mail.date))
        self._say(f"{tag} OK done")
        return True

    def _on_move(self, tag: str, words: str) -> bool:
        self._on_copy(tag.replace(tag, "*"), words)
        wanted = words.split()[2]
        gone = [mail.uid for mail in self._mails() if _in_set(mail.uid, wanted, self._mails())]
        for uid in gone:
            self._server.expunge(uid)
        self._say(f"{tag} OK done")
        return True

    def _on_expunge(self, tag: str, words: str) -> bool:
        chosen = words.split()[2] if words.upper().startswith("UID") else "1:*"
        for mail in list(self._mails()):
            if "\\Deleted" in mail.flags and _in_set(mail.uid, chosen, self._mails()):
                self._server.expunge(mail.uid)
        self._say(f"{tag} OK done")
        return True

    def _on_noop(self, tag: str, words: str) -> bool:
        self._say(f"{tag} OK done")
        return True

    def _on_logout(self, tag: str, words: str) -> bool:
        self._say("* BYE goodbye")
        self._say(f"{tag} OK done")
        return False


@contextmanager
def running(server: ImapServer) -> Iterator[ImapServer]:
    """Close the server at the end."""
    try:
        yield server
    finally:
        server.close()


def _row(place: int, mail: Mail, words: str, habits: Habits) -> bytes:
    items = [f"UID {mail.uid}".encode()]
    if "RFC822.SIZE" in words:
        items.append(f"RFC822.SIZE {len(mail.raw)}".encode())
    if "INTERNALDATE" in words:
        items.append(f'INTERNALDATE "{mail.date}"'.encode())
    if "BODY.PEEK[HEADER]" in words:
        header = mail.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        items.append(b"BODY[HEADER] {%d}\r\n%s" % (len(header), header))
    elif "BODY.PEEK[]" in words and mail.uid in habits.nil_body:
        items.append(b"BODY[] NIL")
    elif "BODY.PEEK[]" in words and mail.uid not in habits.without_body:
        items.append(b"BODY[] {%d}\r\n%s" % (len(mail.raw), mail.raw))
    return b"* %d FETCH (%s)" % (place, b" ".join(items))


def _matches(mail: Mail, words: str, mails: list[Mail]) -> bool:
    uid_set = re.search(r"UID (\S+)", words.partition("SEARCH")[2])
    if uid_set and not _in_set(mail.uid, uid_set.group(1), mails):
        return False
    if "UNFLAGGED" in words and "\\Flagged" in mail.flags:
        return False
    if (keyword := re.search(r"UNKEYWORD (\S+)", words)) and keyword.group(1) in mail.flags:
        return False
    since, before = re.search(r"SINCE (\S+)", words), re.search(r"BEFORE (\S+)", words)
    day = _day(mail.date.split()[0])
    return not (since and day < _day(since.group(1))) and not (before and day >= _day(before.group(1)))


def _day(text: str) -> tuple[int, int, int]:
    day, month, year = text.split("-")
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return int(year), months.index(month), int(day)


def _in_set(number: int, wanted: str, mails: list[Mail]) -> bool:
    last = mails[-1].uid if mails else 0
    for part in wanted.split(","):
        first, _, end = part.partition(":")
        ends = [last if edge == "*" else int(edge) for edge in (first, end or first)]
        if min(ends) <= number <= max(ends):
            return True
    return False


def _close(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
