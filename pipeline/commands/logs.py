"""Logging set up once: text for people or JSON for machines, each line with its run, and nothing personal in it."""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pipeline.flow.runs import current_run
from pipeline.masking import without_addresses
from pipeline.settings_tables import LogSettings

# These log header values, addresses or whole SQL statements (TRAPS W16; FIELD, "Found while trying the plan").
_TALKATIVE = (
    "mailparser",
    "imapclient",
    "pypdf",
    "sqlalchemy",
    "uvicorn.access",
    "apscheduler.executors.default",
    "procrastinate",
)
# What these say below a warning is of no use here; asyncio and multipart would quote what a browser sent.
_CHATTY = ("apscheduler", "uvicorn", "alembic", "httpx", "msal", "asyncio", "python_multipart", "multipart")
_LINE_ENDS = re.compile(r"[\r\n\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]+")


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and the run where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the record as JSON; of an exception its classes and places, since its text may quote a message."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_addresses(record.getMessage()),
        }
        if run := current_run.get():
            line["run"] = run
        if record.exc_info and record.exc_info[1]:
            line["error"] = list(places_of(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False)


class TextLines(logging.Formatter):
    """A line for people; an exception follows as its classes and places, a line each."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the record as text. Line ends in it become blanks, so that no message can forge a line."""
        run = current_run.get()
        words = without_addresses(_LINE_ENDS.sub(" ", record.getMessage()))
        head = f"{self.formatTime(record)} {record.levelname} {record.name}: " + (f"[run {run}] " if run else "")
        error = record.exc_info[1] if record.exc_info else None
        return "\n".join([head + words, *(f"    {place}" for place in (places_of(error) if error else ()))])


def places_of(error: BaseException) -> Iterator[str]:
    """Say where an error arose and which errors led to it, without their texts."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from places_of(cause)
    yield type(error).__name__
    for place in traceback.extract_tb(error.__traceback__):
        yield f"  {Path(place.filename).name}:{place.lineno} in {place.name}"


def set_up_logs(settings: LogSettings) -> None:
    """Send the log to standard error in the form and from the level that the settings name."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings.format == "json" else TextLines())
    logging.basicConfig(level=settings.level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
