"""GOV.UK Notify as a small server on loopback: keeps what it was sent, and answers as it is told to."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import jwt

from fakes.serving import serving

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"statshop-{SERVICE}-{SECRET}"
_TAKEN = (".csv", ".doc", ".docx", ".jpeg", ".jpg", ".odt", ".pdf", ".png", ".rtf", ".txt", ".xlsx")


@dataclass
class NotifyStub:
    """What it was sent, and the status it answers with (0 hangs up)."""

    status: int = 201
    sent: list[dict[str, Any]] = field(default_factory=list)
    meanwhile: Callable[[], object] = field(default=lambda: None)  # done while it is being sent something
    address: str = ""

    @contextmanager
    def serving(self) -> Iterator["NotifyStub"]:
        """Serve while the block lasts."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.address = f"http://127.0.0.1:{server.server_port}"
        with serving(server):
            yield self

    def take(self, bearer: str, body: dict[str, Any]) -> int:
        """Check a request as Notify does: who signed it, the template's id, and the kind of each file."""
        claims = jwt.decode(bearer.removeprefix("Bearer "), SECRET, algorithms=["HS256"])
        files = [one for one in body["personalisation"].values() if isinstance(one, dict)]
        UUID(body["template_id"])
        if claims["iss"] != SERVICE or not all(one["filename"].endswith(_TAKEN) for one in files):
            return 400
        self.meanwhile()
        if self.status == 201:
            self.sent.append(body)
        return self.status


def _handler(stub: NotifyStub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status = stub.take(self.headers["Authorization"], body) if self.path.endswith("/email") else 404
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b'{"id": "1"}')

        def log_message(self, *_: object) -> None:
            pass

    return Handler
