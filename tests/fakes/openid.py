"""A stand-in for a provider of single sign-on on loopback: discovery, keys, authorisation, tokens (OpenID Connect).

It checks what a provider checks: the redirect address, the client's secret, PKCE's verifier, and that a code is used
once. What it says of people, and how it lies, is set on it. It knows at once who is asking, or (`asks`) shows a form
first, takes a name and a password, and remembers the browser by a cookie.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from fakes.serving import serving

CLIENT, SECRET = "statshop", "client secret"
KNOWN, SESSION = "kim's password there", "provider-session=known"
FORM = """<!doctype html><html lang="en"><title>Sign-in</title><link rel="icon" href="data:,"><h1>Sign in</h1>
<form method="post" action="/sign-in?{query}"><label>Name <input name="name"></label>
<label>Password <input name="password" type="password"></label><button>Continue</button></form>"""


class Provider:
    """What it knows and says. `changes` overwrite claims of the ID token; `lies` name other ways to be wrong."""

    def __init__(self) -> None:
        self.url = ""
        self.redirect_uri = "http://localhost/sign-in/return"
        self.claims: dict[str, Any] = {"sub": "s-1", "preferred_username": "kim"}
        self.changes: dict[str, Any] = {}
        self.lies: set[str] = set()
        self.asks = False
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.renew_keys()

    def renew_keys(self) -> None:
        """Sign with a new key from now on."""
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig", "alg": "RS256"})

    def described(self) -> dict[str, Any]:
        """Say where everything is."""
        return {
            "issuer": "https://elsewhere.example" if "issuer" in self.lies else self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": "http://elsewhere.example/keys" if "plain keys" in self.lies else f"{self.url}/keys",
        }

    def authorised(self, query: dict[str, str]) -> str:
        """Sign the person in, and give where the browser goes: back, with a code."""
        if query.get("client_id") != CLIENT or query.get("redirect_uri") != self.redirect_uri:
            return f"{self.url}/wrong-client"
        if "refuses" in self.lies:
            return f"{self.redirect_uri}?{urlencode({'error': 'access_denied', 'state': query['state']})}"
        code = secrets.token_urlsafe(12)
        self.codes[code] = query
        back = {"code": code, "state": "x" if "state" in self.lies else query["state"], "iss": self.url}
        if "mixed up" in self.lies:
            back["iss"] = "https://elsewhere.example"
        return f"{self.redirect_uri}?{urlencode(back)}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Give a token for a code."""
        basic = base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '+')}".encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization.removeprefix("Basic ") not in (basic, plain):
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or asked.get("code_challenge") != _base64(digest)
            or asked.get("code_challenge_method") != "S256"
        ):
            return 400, {"error": "invalid_grant"}
        if form.get("redirect_uri") != self.redirect_uri:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self._id_token(asked["nonce"])}

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        claims = {name: value for name, value in {**claims, **self.claims, **self.changes}.items() if value is not None}
        if "shared key" in self.lies:  # signed with what everybody knows: the public key, as if it were a secret
            content = f"{_encoded({'alg': 'HS256', 'kid': self.key.kid})}.{_encoded(claims)}"
            digest = hmac.new(self.key.as_pem(private=False), content.encode(), hashlib.sha256).digest()
            return f"{content}.{_base64(digest)}"
        if "unsigned" in self.lies:
            return f"{_encoded({'alg': 'none'})}.{_encoded(claims)}."
        key = RSAKey.generate_key(2048, {"kid": self.key.kid}) if "forged" in self.lies else self.key
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, key)


def _encoded(part: dict[str, Any]) -> str:
    return _base64(json.dumps(part).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@contextmanager
def running_provider() -> Iterator[Provider]:
    """Serve a provider until the end."""
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.url = f"http://127.0.0.1:{server.server_port}"
    with serving(server):
        yield provider


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"provider": provider})


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.provider.asked.append(parts.path)
        if "down" in self.provider.lies:
            self._send(503, {})
        elif parts.path == "/.well-known/openid-configuration":
            self._send(200, self.provider.described())
        elif parts.path == "/keys":
            self._send(200, {"keys": [self.provider.key.as_dict(private=False)]})
        elif parts.path == "/authorize":
            self._authorise(parts.query)
        else:
            self._send(404, {})

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        self.provider.asked.append(parts.path)
        form = _read(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if parts.path == "/token":
            self._send(*self.provider.token(form, self.headers.get("Authorization", "")))
        elif form.get("password") == KNOWN:
            self._send_on(f"/authorize?{parts.query}", f"{SESSION}; HttpOnly; SameSite=Lax; Path=/")
        else:
            self._show_form(parts.query)

    def _authorise(self, query: str) -> None:
        if self.provider.asks and SESSION not in self.headers.get("Cookie", ""):
            self._show_form(query)
        else:
            self._send_on(self.provider.authorised(_read(query)))

    def _show_form(self, query: str) -> None:
        self._send(200, FORM.format(query=escape(query)).encode(), "text/html")

    def _send_on(self, address: str, cookie: str = "") -> None:
        self.send_response(302)
        self.send_header("Location", address)
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: int, content: dict[str, Any] | bytes, kind: str = "application/json") -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


def _read(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
