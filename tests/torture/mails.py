"""Messages of many kinds, each different from every other; made from a seed."""

import base64
import random

UNREADABLE_EVERY = 97
LARGE_EVERY = 23
TWICE_EVERY = 31

_LETTER = (
    "the cohesion tables by ward please volunteering survey headline findings we use these figures to decide where "
    "council officers go next year many thanks regards could you send belonging report data for our plan"
)
_WORDS = _LETTER.split()


def mail_of(number: int, chance: random.Random) -> bytes:
    """Make message `number`: usually a short letter, now and then a large one or one that cannot be read."""
    head = [
        f"From: Writer {number} <writer{number}@example.org>",
        "To: StatShop@communities.gsi.gov.uk",
        f"Subject: Question {number}",
        f"Message-ID: <{number}.{chance.randrange(10**9)}@example.org>",
        f"X-Number: {number}",
    ]
    if number % UNREADABLE_EVERY == UNREADABLE_EVERY - 1:
        return _lines(head) + b"Content-Type: message/rfc822\r\n\r\n" * 100
    text = _text(chance, chance.randrange(20, 300))
    if number % LARGE_EVERY:
        return _lines([*head, "", text, ""])
    attached = base64.encodebytes(chance.randbytes(chance.randrange(20_000, 200_000))).decode().replace("\n", "\r\n")
    kind = 'Content-Type: multipart/mixed; boundary="b"'
    part = ["--b", "Content-Type: application/octet-stream", "Content-Transfer-Encoding: base64", "", attached]
    return _lines([*head, kind, "", "--b", "Content-Type: text/plain", "", text, *part, "--b--", ""])


def _lines(lines: list[str]) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode()


def _text(chance: random.Random, words: int) -> str:
    chosen = [chance.choice(_WORDS) for _ in range(words)]
    return "\r\n".join(" ".join(chosen[at : at + 10]) for at in range(0, words, 10))
