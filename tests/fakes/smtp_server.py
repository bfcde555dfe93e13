"""A small SMTP server on loopback: STARTTLS, AUTH PLAIN, and the bad days of a mail server, each by a switch."""

import socketserver
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fakes.serving import serving

GOOD = "AUTH PLAIN AHVzZXIAc2VjcmV0"  # user, secret


@dataclass
class Habits:
    """How the server behaves."""

    refuses: str = ""  # a recipient it does not take
    hangs_up_after_data: bool = False


class SmtpStub(socketserver.ThreadingTCPServer):
    """Keeps what it was sent in `messages`, and what was said to it in `said`."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, tls: ssl.SSLContext | None = None, habits: Habits | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.tls, self.habits = tls, habits or Habits()
        self.messages: list[bytes] = []
        self.said: list[str] = []

    @property
    def port(self) -> int:
        """Give the port it listens on."""
        return int(self.server_address[1])

    @contextmanager
    def serving(self) -> Iterator["SmtpStub"]:
        """Serve while the block lasts."""
        with serving(self):
            yield self

    def handle_error(self, *_: object) -> None:
        """Say nothing when a client hangs up."""


class _Session(socketserver.StreamRequestHandler):
    server: SmtpStub

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline():
            words = line.decode().rstrip("\r\n")
            self.server.said.append(words)
            if not self._answer(words):
                return

    def finish(self) -> None:
        super().finish()
        self.request.close()

    def _answer(self, words: str) -> bool:
        verb = words.split(" ")[0].upper()
        if verb == "EHLO":
            offer = "AUTH PLAIN" if isinstance(self.request, ssl.SSLSocket) or not self.server.tls else "STARTTLS"
            self._say(f"250-stub\r\n250 {offer}")
        elif verb == "STARTTLS":
            self._say("220 go on")
            self._encrypt()
        elif verb == "AUTH":
            self._say("235 in" if words == GOOD else "535 no")
        elif verb == "RCPT" and self.server.habits.refuses and self.server.habits.refuses in words:
            self._say("550 nobody of that name")
        elif verb == "DATA":
            return self._take()
        elif verb == "QUIT":
            self._say("221 bye")
            return False
        else:
            self._say("250 ok")
        return True

    def _take(self) -> bool:
        self._say("354 go on")
        self.server.messages.append(b"".join(iter(self.rfile.readline, b".\r\n")))
        if self.server.habits.hangs_up_after_data:
            return False
        self._say("250 kept")
        return True

    def _encrypt(self) -> None:
        assert self.server.tls is not None
        self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        self.setup()

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
