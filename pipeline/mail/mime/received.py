"""Received fields (RFC 5321, 4.4): the host that took the message, and when."""

import re

from pipeline.mail.message import Received
from pipeline.mail.mime.charsets import one_line
from pipeline.mail.mime.dates import read_date
from pipeline.mail.mime.fields import Fields
from pipeline.mail.mime.headers import unfolded

_LENGTH = 4_096
_HOPS = 60
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_BY = re.compile(r"(?:^|\s)by\s+([^\s;()<>]{1,255})", re.I)


def received_fields(told: Fields) -> tuple[str, ...]:
    """Give the Received fields, the topmost (latest) first; plain ones as they stand: few are ever read."""
    values = [value[:_LENGTH] for value in told.get("received", ())[:_HOPS]]
    return tuple([value if value.isascii() else unfolded(value) for value in values])


def read_received(value: str) -> Received:
    """Read one Received field; one without a host is kept for its time."""
    value = unfolded(value) if value.isascii() else value
    clauses, _, date = value.rpartition(";")
    host = _BY.search(_COMMENT.sub(" ", clauses or value))
    return Received(by=one_line(host[1]).strip("[]").lower() if host else "", at=read_date(date))
