"""What one value of the settings has to look like, for tables that hold such values."""

import re
from ipaddress import ip_network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from pipeline.mail.mailbox import is_loopback

MAILBOX_NAME = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
_CLOCK_TIME = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]")
_HOST = re.compile(r"[^\s/:@]+|\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\]?")  # a name, or an IPv6 address
_ADDRESS = re.compile(r"""[^@\s<>,"\[\]]+@[^@\s<>,"\[\]]+""")


def _clock_time(text: str) -> str:
    if not _CLOCK_TIME.fullmatch(text):
        raise ValueError('has to be a time of day such as "09:30"')
    return text


def _network(text: str) -> str:
    try:
        ip_network(text)
    except ValueError:
        raise ValueError('has to be an address or a network, such as "10.1.2.3" or "10.1.2.0/24"') from None
    return text


def _own_network(text: str) -> str:
    if ip_network(_network(text)).prefixlen == 0:
        raise ValueError("has to hold the proxy's own addresses: from anywhere, anybody could say who is signed in")
    return text


def _host(text: str) -> str:
    if text and not _HOST.fullmatch(text):
        raise ValueError('has to be the name or the address of a machine alone, such as "imap.example.gov.uk"')
    return text


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError('has to hold addresses alone, such as "name@example.gov.uk"')
    return text


def _mailbox_name(text: str) -> str:
    if not MAILBOX_NAME.fullmatch(text):
        raise ValueError("has to hold names of mailboxes: small letters, digits and single underscores")
    return text


def is_safe_address(text: str) -> bool:
    """Say whether a web address is one over TLS, or of this machine."""
    try:
        parts = urlsplit(text)
    except ValueError:  # "[" begins an IPv6 address that does not end
        return False
    local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    return bool(parts.hostname) and (parts.scheme == "https" or local)


def _safe_address(text: str) -> str:
    if not is_safe_address(text):
        raise ValueError('has to be an address that begins with "https://"')
    return text


ClockTime = Annotated[str, AfterValidator(_clock_time)]
Network = Annotated[str, AfterValidator(_network)]
OwnNetwork = Annotated[str, AfterValidator(_own_network)]
Host = Annotated[str, AfterValidator(_host)]
Address = Annotated[str, AfterValidator(_address)]
MailboxName = Annotated[str, AfterValidator(_mailbox_name)]
SafeAddress = Annotated[str, AfterValidator(_safe_address)]
