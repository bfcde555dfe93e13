"""A stand-in for Microsoft Entra on loopback: discovery and the token endpoint of the client credentials flow."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from fakes.serving import serving


class Entra:
    """What the endpoint answers, and what it was asked. `tokens` are given out in turn, the last again and again."""

    def __init__(self) -> None:
        self.tokens = ["good"]
        self.lifetime = 3599
        self.secret = "client-secret"
        self.asked: list[dict[str, str]] = []
        self.fails_with_status: int | None = None
        self.url = ""

    def answer(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Answer a request for a token as Entra does."""
        self.asked.append(form)
        if self.fails_with_status:
            return self.fails_with_status, {"error": "temporarily_unavailable"}
        if form.get("client_secret") != self.secret:
            words = "AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 0f00\r\nTimestamp: 2026-01-01"
            return 401, {"error": "invalid_client", "error_description": words, "error_codes": [7000215]}
        token = self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]
        return 200, {"token_type": "Bearer", "expires_in": self.lifetime, "access_token": token}


@contextmanager
def running_entra(tls: Any) -> Iterator[Entra]:
    """Serve an Entra over HTTPS (msal talks to no other) until the end."""
    entra = Entra()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(entra))
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    entra.url = f"https://localhost:{server.server_port}"
    with serving(server):
        yield entra


def _handler(entra: Entra) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the OpenID configuration
            tenant = self.path.split("/")[1]
            base = f"{entra.url}/{tenant}"
            if tenant == "no-such-tenant":
                self._send(400, {"error": "invalid_tenant", "error_description": "AADSTS90002: Tenant not found."})
                return
            self._send(
                200,
                {
                    "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                    "token_endpoint": f"{base}/oauth2/v2.0/token",
                    "issuer": f"{base}/v2.0",
                },
            )

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._send(*entra.answer({name: values[0] for name, values in parse_qs(body).items()}))

        def _send(self, status: int, answer: dict[str, Any]) -> None:
            written = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep quiet."""

    return Handler
