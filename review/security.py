"""The guard before every route: allowed hosts, no cross-site posts, bounded bodies, and the headers of every answer."""

import re
import secrets
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::[0-9]{1,5})?")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PAGE_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# For somebody else's HTML: no script, no request, no form, no way out; inline style only.
FOREIGN_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
STANDING_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": under that a browser sends `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "X-DNS-Prefetch-Control": "off",
    "X-Robots-Tag": "noindex, nofollow",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}


def host_name(host: str) -> str:
    """Give the name of a `Host` header without its port ("[::1]:8000" is "::1")."""
    found = HOST.fullmatch(host)
    return (found.group(1) or found.group(2)).lower() if found else ""


def is_cross_site(headers: Headers) -> bool:
    """Say whether a changing request comes from another site, by Fetch Metadata, else by its Origin.

    A client that sends neither is no browser and carries no cookie that it was not given on purpose.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request answered before any route sees it."""

    status: int
    words: str


def refusal(method: str, headers: Headers, allowed_hosts: frozenset[str], max_body: int) -> Refusal | None:
    """Decide whether a request may go on to the routes."""
    if host_name(headers.get("host", "")) not in allowed_hosts:
        return Refusal(400, "This address is not one the page answers to. Add it to the allowed hosts.")
    if method in SAFE_METHODS:
        return None
    if is_cross_site(headers):
        return Refusal(403, "This request came from another site and was refused.")
    if "transfer-encoding" in headers:
        return Refusal(411, "Say how long the request is.")
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > max_body:
        return Refusal(413, "This is larger than the page accepts.")
    return None


class Guard:
    """ASGI middleware around the whole page."""

    def __init__(self, app: ASGIApp, *, allowed_hosts: tuple[str, ...], max_body: int) -> None:
        """Guard `app`; hosts compare without port and case."""
        self.app = app
        self.allowed_hosts = frozenset(host.lower() for host in allowed_hosts)
        self.max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with a nonce in the request's state; dress every answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                dress(MutableHeaders(scope=message), nonce)
            await send(message)

        refused = refusal(scope["method"], Headers(scope=scope), self.allowed_hosts, self.max_body)
        if refused is None:
            await self.app(scope, receive, dressed)
        else:
            await _said(refused, scope["path"])(scope, receive, dressed)


def _said(refused: Refusal, path: str) -> Response:
    """Say no: to scripts in their own language."""
    if path.startswith("/api/"):
        return JSONResponse({"error": refused.words, "details": []}, refused.status)
    return PlainTextResponse(refused.words, refused.status)


def dress(headers: MutableHeaders, nonce: str) -> None:
    """Add the standing headers that a route did not set itself."""
    headers.setdefault("Content-Security-Policy", PAGE_POLICY.format(nonce=nonce))
    for name, value in STANDING_HEADERS.items():
        headers.setdefault(name, value)
