"""Sends mail over SMTP: STARTTLS or TLS, plain text to this very machine only (smtplib is known here only)."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

from pipeline.errors import MailNotSent
from pipeline.settings_tables import SmtpSettings

SECONDS = 20.0
_REFUSALS = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError)


@dataclass(frozen=True, kw_only=True, slots=True)
class SmtpServer:
    """A server, and how to sign in to it. A password goes out over an encrypted line, or within this machine."""

    host: str
    port: int
    security: Literal["starttls", "tls", "plain"]
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None

    def send(self, message: EmailMessage) -> None:
        """Send one message to whom its To names; raise `MailNotSent`, which says whether it may have gone out."""
        with self._signed_in() as server:
            try:
                refused = server.send_message(message)
            except _REFUSALS as error:
                raise MailNotSent(self.host, _answer(error)) from error
            except (OSError, smtplib.SMTPException) as error:
                raise MailNotSent(self.host, "the line broke", may_have_gone=True) from error
        if refused:
            raise MailNotSent(self.host, f"it refused {len(refused)} of the addresses", may_have_gone=True)

    def _signed_in(self) -> smtplib.SMTP:
        try:
            server = self._connected()
        except smtplib.SMTPException as error:
            raise MailNotSent(self.host, _answer(error)) from error
        except OSError as error:
            raise MailNotSent(self.host, error.strerror or type(error).__name__) from error
        try:
            if self.user:
                server.login(self.user, self.password)
        except smtplib.SMTPAuthenticationError as error:
            server.close()
            raise MailNotSent(self.host, "it refused the user and password") from error
        except (OSError, smtplib.SMTPException) as error:
            server.close()
            raise MailNotSent(self.host, _answer(error)) from error
        return server

    def _connected(self) -> smtplib.SMTP:
        trust = ssl.create_default_context(cafile=self.ca_file)
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=trust)
        server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        if self.security == "starttls":
            try:
                server.starttls(context=trust)
            except (OSError, smtplib.SMTPException):
                server.close()
                raise
        return server


def server_of(settings: SmtpSettings) -> SmtpServer:
    """Give the server that a table of the settings names."""
    return SmtpServer(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        user=settings.user,
        password=settings.password.get_secret_value(),
        ca_file=settings.ca_file,
    )


def _answer(error: Exception) -> str:
    """Say what the server answered without its words: they may repeat an address."""
    return f"it answered {getattr(error, 'smtp_code', '') or type(error).__name__}"
