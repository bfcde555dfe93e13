"""Logging set up once: text for people or JSON for machines, and nothing personal from the libraries."""

import json
import logging
import sys
from datetime import UTC, datetime

from pipeline.config import LogSettings

# These log header values, addresses or whole SQL statements (TRAPS W16; FIELD, "Found while trying the plan").
_TALKATIVE = ("mailparser", "imapclient", "pypdf", "sqlalchemy", "uvicorn.access", "apscheduler.executors.default")
_CHATTY = ("apscheduler", "uvicorn", "alembic", "httpx", "msal")  # what they say below a warning is of no use here


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger and message."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the record as JSON; of an exception only its class, since its text may quote a message."""
        line = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def set_up_logs(settings: LogSettings) -> None:
    """Send the log to standard error in the form and from the level that the settings name."""
    handler = logging.StreamHandler(sys.stderr)
    text = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonLines() if settings.format == "json" else text)
    logging.basicConfig(level=settings.level.upper(), handlers=[handler], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
