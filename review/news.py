"""What was done just now, told by the address of the page that follows: a mark that only this session can have made.

An address that is made up, kept or sent on tells nothing.
"""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256

JUST_NOW = timedelta(minutes=5)


def mark_of(token: str, at: datetime) -> str:
    """Mark a moment as one at which something was done in the session of this form token."""
    second = int(at.timestamp())
    return f"{second}-{_seal(token, second)}"


def is_news(mark: str, token: str, now: datetime) -> bool:
    """Say whether a mark is of this session, and of just now."""
    second, _, seal = mark.partition("-")
    if not (second.isascii() and second.isdigit() and len(second) <= 10):
        return False
    age = now - datetime.fromtimestamp(int(second), UTC)
    return age <= JUST_NOW and hmac.compare_digest(seal.encode(), _seal(token, int(second)).encode())


def _seal(token: str, second: int) -> str:
    return hmac.new(token.encode(), f"done at {second}".encode(), sha256).hexdigest()[:32]
