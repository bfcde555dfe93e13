"""The rows of a FETCH: answers written as most servers write them are read by a pattern, all others by IMAPClient."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from imapclient.datetime_util import parse_to_datetime
from imapclient.response_parser import parse_fetch_response

Row = dict[bytes, Any]  # one message's items, as imapclient parses them

_SIZE = re.compile(rb"(\d+) \(UID (\d+) RFC822\.SIZE (0|[1-9]\d*)\)")
_BODY = re.compile(
    rb'(\d+) \(UID (\d+) INTERNALDATE "([ \d]\d-[A-Z][a-z]{2}-\d{4} [\d:]{8} [+-]\d{4})" BODY\[\] \{(\d+)\}'
)


def rows_of(answer: Sequence[Any]) -> dict[int, Row]:
    """Give the rows of imaplib's answer, by their UIDs; raises what IMAPClient raises of what is not IMAP."""
    rows = _plain_rows(answer)
    if rows is None:
        rows = dict(parse_fetch_response(answer, normalise_times=False, uid_is_key=True))
    return rows


def _plain_rows(answer: Sequence[Any]) -> dict[int, Row] | None:
    """Read sizes, or whole messages; None where any line says anything else, or a UID comes twice."""
    rows: dict[int, Row] = {}
    lines = iter(answer)
    for line in lines:
        row = _whole(line, next(lines, None)) if isinstance(line, tuple) else _size(line)
        if row is None or row[0] in rows:
            return None
        rows[row[0]] = row[1]
    return rows


def _size(line: Any) -> tuple[int, Row] | None:
    found = _SIZE.fullmatch(line) if isinstance(line, bytes) else None
    return found and (int(found[2]), {b"SEQ": int(found[1]), b"RFC822.SIZE": int(found[3])})


def _whole(line: Sequence[bytes], end: Any) -> tuple[int, Row] | None:
    found = _BODY.fullmatch(line[0])
    if found is None or end != b")" or int(found[4]) != len(line[1]):
        return None
    return int(found[2]), {b"SEQ": int(found[1]), b"INTERNALDATE": _moment(found[3]), b"BODY[]": line[1]}


def _moment(text: bytes) -> datetime | None:
    """Read a date as IMAPClient does, which gives none for one that is not in the calendar."""
    try:
        moment: datetime = parse_to_datetime(text, normalise=False)
    except ValueError:
        return None
    return moment
