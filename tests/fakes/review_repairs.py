"""Repairs of set-aside messages for the page: they read in windows-1252 alone."""

from review.callables import Previewed, Retried


class Repairs:
    """Previews say which charset they were asked for; what is repaired becomes message `repaired`."""

    def __init__(self, repaired: int = 1) -> None:
        self.repaired = repaired

    def preview(self, set_aside_id: int, charset: str) -> Previewed:
        """Show the charset, and a word that stretches the page."""
        text = f"<b>read in {charset or 'its own'}</b> {'Donaudampfschifffahrtsgesellschaft' * 8}"
        return Previewed(subject="Grüße", sender="a@example.org", text=text, oddities=("it has no date",))

    def retry(self, set_aside_id: int, charset: str) -> Retried:
        """Fail in any other charset."""
        worked = charset == "windows-1252"
        return Retried(message_id=self.repaired) if worked else Retried(error="Still nested too deep.")

    def file_by_hand(self, set_aside_id: int) -> Retried:
        """File it."""
        return Retried(message_id=self.repaired)
