"""Messages as bytes: a builder for the plain case, and the folder of odd ones (one oddity each, named for it)."""

from collections.abc import Callable
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "data" / "mail"


@pytest.fixture
def mail() -> Callable[..., bytes]:
    """Build a message: `mail("body", subject="Re: x", from_="A <a@b.org>")`; str is sent as UTF-8."""

    def build(body: str | bytes = "Hello\n", **headers: str | bytes) -> bytes:
        given = {
            "from_": "Ann Sample <ann@example.org>",
            "subject": "A question",
            "date": "Tue, 16 Nov 2010 09:41:00 +0000",
        }
        given |= headers
        lines = []
        for name, value in given.items():
            octets = value if isinstance(value, bytes) else value.encode()
            lines.append(name.rstrip("_").replace("_", "-").title().encode() + b": " + octets + b"\n")
        return b"".join(lines) + b"\n" + (body if isinstance(body, bytes) else body.encode())

    return build


@pytest.fixture
def eml() -> Callable[[str], bytes]:
    """Give an odd message by its name."""

    def load(name: str) -> bytes:
        return (DATA / f"{name}.eml").read_bytes()

    return load
