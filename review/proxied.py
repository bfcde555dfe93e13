"""Sign-in by a proxy before the page that has signed people in: only where set, and only from its own addresses."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request


@dataclass(frozen=True, kw_only=True, slots=True)
class ProxyOptions:
    """The header that names who is signed in, and the addresses and networks from which it is believed."""

    header: str
    addresses: tuple[str, ...]
    unknown: str = "refuse"  # or "reader": what becomes of somebody whom nobody has added


def comes_from(peer: str, addresses: tuple[str, ...]) -> bool:
    """Say whether the machine at the other end of the connection is one of these."""
    try:
        address = ip_address(peer)
    except ValueError:  # a socket without an address
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in ip_network(network, strict=False) for network in addresses)


def proxied_name(request: Request, proxy: ProxyOptions | None) -> str:
    """Give the name under which a proxy that is believed has signed somebody in, "" where none has."""
    peer = request.client.host if request.client else ""
    if proxy is None or not comes_from(peer, proxy.addresses):
        return ""
    given = request.headers.getlist(proxy.header)
    return _text(given[0]).strip() if len(given) == 1 else ""  # two of them: one may be the browser's own


def _text(header: str) -> str:
    """Read a header's bytes, which arrive as Latin-1, as the UTF-8 that proxies send."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return ""
