"""Quotes for the page: struck out as the public edition does it, and taken out of the files of issues."""

from pathlib import Path

from digests.disclosure.redact import redact
from digests.errors import DigestError
from digests.words import plain
from pipeline.commands.opening import clock
from pipeline.commands.withdrawing import withdraw
from pipeline.config import Settings
from review.callables import QuotesNotWithdrawn, Struck


class QuoteBook:
    """What becomes of quotes outside the page (`review.callables.PublicQuotes`)."""

    def __init__(self, settings: Settings, house: Path) -> None:
        self._settings, self._house = settings, house

    def struck(self, text: str, sender: str) -> Struck:
        """Strike contact details and names out of a quote."""
        redacted = redact(plain(text), plain(sender))
        return Struck(text=redacted.text, found=redacted.found)

    def withdraw(self, message_id: int) -> tuple[str, ...]:
        """Put "[withdrawn]" for the published quotes of a message in the files of every issue, and name those files."""
        written = withdraw(self._settings, self._house, [message_id], now=clock(), published_only=True)
        try:
            return tuple(str(path) for path in written)
        except (OSError, DigestError) as error:
            raise QuotesNotWithdrawn(message_id, str(error)) from error
