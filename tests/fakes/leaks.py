"""What no log may say: a planted mail full of one odd word, and looks for anything of a message in what was logged."""

import email
import email.policy
import re
from collections.abc import Iterable, Iterator
from email.message import EmailMessage

CANARY = "zanzibarcanary"
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
PLANTED = f"""From: Canary Planted-{CANARY} <{CANARY}@example.org>
To: statshop@communities.gsi.gov.uk
Subject: {CANARY} asks
Message-ID: <{CANARY}@example.org>
Content-Type: multipart/mixed; boundary="{CANARY}"

--{CANARY}
Content-Type: text/plain; charset="{CANARY}"

We use the figures, says {CANARY}.
--{CANARY}
Content-Type: application/pdf; name="{CANARY}.pdf"
Content-Transfer-Encoding: base64

JVBERi0xLjQKemFuemliYXJjYW5hcnkK
--{CANARY}--
"""


def planted(number: int) -> str:
    """Give another mail like it."""
    return PLANTED.replace(f"<{CANARY}@", f"<{CANARY}-{number}@").replace(f"{CANARY} asks", f"{CANARY} asks {number}")


def addresses_in(mails: Iterable[bytes]) -> set[str]:
    """Give every address anywhere in them, in lower case."""
    return {found.lower() for mail in mails for found in ADDRESS.findall(mail.decode("latin-1"))}


def names_and_subjects_in(mails: Iterable[bytes]) -> set[str]:
    """Give the names and subjects of more than one word, in lower case: single words stand in any log."""
    headers = [str(mail[name] or "") for mail in read(mails) for name in ("Subject", "From", "To", "Cc")]
    names = {re.sub(r"<[^>]*>", "", header).strip(' "').lower() for header in headers}
    return {name for name in names if len(name.split()) > 1}


def five_words_of_bodies(mails: Iterable[bytes]) -> set[tuple[str, ...]]:
    """Give every five words that follow each other in a text part."""
    return {run for mail in read(mails) for body in bodies(mail) for run in runs_of_five(body)}


def runs_of_five(text: str) -> set[tuple[str, ...]]:
    """Give every five words that follow each other."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return set(zip(words, words[1:], words[2:], words[3:], words[4:], strict=False))


def bodies(mail: EmailMessage) -> Iterator[str]:
    """Give the text of each text part."""
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            yield bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")


def read(mails: Iterable[bytes]) -> list[EmailMessage]:
    """Read them as Python's own library does."""
    reading = (email.message_from_bytes(mail, policy=email.policy.default) for mail in mails)
    return [mail for mail in reading if isinstance(mail, EmailMessage)]


def leaks_in(logs: str, mails: Iterable[bytes]) -> list[str]:
    """Give everything of the planted mail and of `mails` that stands in `logs`."""
    every = [*mails]
    words = {CANARY, *addresses_in(every), *names_and_subjects_in(every)}
    runs = runs_of_five(logs) & five_words_of_bodies(every)
    return sorted([word for word in words if word in logs.lower()] + [" ".join(run) for run in runs])
