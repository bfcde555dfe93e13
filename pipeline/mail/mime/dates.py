"""Dates of header fields, as aware UTC, also those that mail-parser does not read."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

_EARLIEST, _LATEST = 1971, 2070
_ZONE_WORDS = {
    "GREENWICH MEAN TIME": "GMT",
    "GMT DAYLIGHT TIME": "+0100",
    "GMT STANDARD TIME": "GMT",
    "BRITISH SUMMER TIME": "+0100",
    "BST": "+0100",
    "EASTERN DAYLIGHT TIME": "EDT",
    "EASTERN STANDARD TIME": "EST",
    "CENTRAL DAYLIGHT TIME": "CDT",
    "CENTRAL STANDARD TIME": "CST",
    "PACIFIC DAYLIGHT TIME": "PDT",
    "PACIFIC STANDARD TIME": "PST",
    "CEST": "+0200",
    "CET": "+0100",
}
_MONTHS = dict(Jan=1, Feb=2, Mar=3, Apr=4, May=5, Jun=6, Jul=7, Aug=8, Sep=9, Oct=10, Nov=11, Dec=12)
_PLAIN = re.compile(
    rf"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), {{1,2}})?(\d\d?) ({'|'.join(_MONTHS)}) (\d{{4}}) "
    r"([01]\d|2[0-3]):([0-5]\d):([0-5]\d) (?:([+-])([01]\d|2[0-3])([0-5]\d)(?: \([A-Za-z]{1,5}\))?|GMT|UT)",
    re.ASCII,
)
_ZONES = re.compile(r"\b(" + "|".join(sorted(_ZONE_WORDS, key=len, reverse=True)) + r")\b", re.I)
_GMT_OFFSET = re.compile(r"\b(?:GMT|UTC?)\s*([+-])(\d{1,2}):?(\d\d)?\b", re.I)
_ODD_SIGN = re.compile(r"[+-]([+-])(\d{4})")
_COMMENT = re.compile(r"\([^()]{0,100}\)")
_HALF_DAY = re.compile(r"\b(\d{1,2})(:\d\d(?::\d\d)?)\s*([AP])\.?M\.?\b", re.I)
_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{1,6}\b", re.I)
_ISO = re.compile(r"^\s*(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?")


def plain_date(value: str) -> datetime | None:
    """Read a date written as RFC 5322 (3.3) has it and nearly all programs do; None where it is any other."""
    match = _PLAIN.fullmatch(value)
    if match is None:
        return None
    day, month, year, hour, minute, second, sign, hours, minutes = match.groups()
    east = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        at = datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=UTC)
        at = at + east if sign == "-" else at - east
    except (ValueError, OverflowError):
        return None
    return at if plausible(at) else None


def read_date(value: str) -> datetime | None:
    """Read a date as leniently as can be done without guessing the day; None when it names no possible moment.

    Years before 1971 and after 2070 are no dates of mail. A date without a zone is read as UTC.
    """
    plain = plain_date(value.strip())
    if plain:
        return plain
    value = _COMMENT.sub(" ", value[:200]).strip()
    found = _iso_date(value) or _mail_date(_mended(value)) or _mail_date(value)
    return found if found and plausible(found) else None


def tells_half_days(value: str) -> bool:
    """Say whether a date has AM or PM, which mail-parser takes for a zone."""
    return bool(_HALF_DAY.search(value[:200]))


def plausible(at: datetime) -> bool:
    """Say whether a moment can be one of mail."""
    return _EARLIEST <= at.year <= _LATEST


def utc(at: datetime) -> datetime:
    """Make a moment aware and UTC; a naive one is taken as UTC already."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _mail_date(value: str) -> datetime | None:
    try:
        parts = parsedate_tz(value)
        if parts is None:
            return None
        at = datetime(*parts[:6], tzinfo=UTC)
        return at - timedelta(seconds=parts[9] or 0)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _iso_date(value: str) -> datetime | None:
    match = _ISO.match(value)
    if not match:
        return None
    try:
        zone = (match[7] or "Z").replace("Z", "+00:00")
        at = datetime.fromisoformat(f"{match[1]}-{match[2]}-{match[3]}T{match[4]}:{match[5]}:{match[6] or '00'}{zone}")
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _mended(value: str) -> str:
    """Rewrite what programs write wrongly: zone names in words, `GMT+1`, `+-0500`, AM and PM, `June`."""
    value = _ODD_SIGN.sub(r"\1\2", value)
    value = _GMT_OFFSET.sub(lambda m: f"{m[1]}{int(m[2]):02d}{m[3] or '00'}", value)
    value = _ZONES.sub(lambda m: _ZONE_WORDS[m[1].upper()], value)
    value = _HALF_DAY.sub(_day_hours, value)
    return _MONTH.sub(lambda m: m[1], value)


def _day_hours(match: re.Match[str]) -> str:
    hour = int(match[1]) % 12 + (12 if match[3] in "pP" else 0)
    return f"{hour:02d}{match[2]}"
