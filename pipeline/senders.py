"""Ways to tell somebody: an e-mail over SMTP, or a webhook. Neither quotes anything of a message."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Literal, Protocol
from urllib.parse import urlsplit

from pipeline.errors import MailNotSent, NoticeNotSent
from pipeline.smtp import SmtpServer

SECONDS = 20.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """What to tell: a line, the whole, and the parts for machines."""

    subject: str
    text: str
    state: Literal["began", "ended", "began and ended", "test"]
    kind: str
    about: str
    at: datetime


class Sender(Protocol):
    """A way to tell somebody; raises `NoticeNotSent` in words."""

    def send(self, notice: Notice) -> None:
        """Send one notice."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MailSender:
    """Sends e-mail. Plain text is spoken to this very machine only; a password never goes over it."""

    server: SmtpServer
    sender: str
    recipients: tuple[str, ...]

    def send(self, notice: Notice) -> None:
        """Send it to all recipients."""
        try:
            self.server.send(self._message(notice))
        except MailNotSent as error:
            raise NoticeNotSent(self.server.host, error.why) from error

    def _message(self, notice: Notice) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, ", ".join(self.recipients), notice.subject
        message["Date"] = format_datetime(notice.at.astimezone(UTC))
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2] or "localhost")
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence notice answers it
        message.set_content(notice.text)
        return message


@dataclass(frozen=True, kw_only=True, slots=True)
class WebhookSender:
    """Posts JSON to an address; `text` is what Slack, Teams and Mattermost show."""

    address: str = field(repr=False)

    def send(self, notice: Notice) -> None:
        """Post it; anything but an answer of 2xx is a failure."""
        host = urlsplit(self.address).hostname or "the webhook"
        content = {
            "text": f"{notice.subject}\n{notice.text}",
            "state": notice.state,
            "kind": notice.kind,
            "about": notice.about,
            "at": notice.at.astimezone(UTC).isoformat(),
        }
        request = urllib.request.Request(  # noqa: S310 - the settings allow http and https alone
            self.address, data=json.dumps(content).encode(), headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310 - as above
                pass
        except urllib.error.HTTPError as error:
            error.close()
            raise NoticeNotSent(host, f"it answered {error.code}") from error
        except (OSError, ValueError) as error:
            raise NoticeNotSent(host, type(error).__name__) from error
