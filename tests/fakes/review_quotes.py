"""Quotes for the page outside it: "Exampleton" is struck out, and what is withdrawn is remembered."""

from review.callables import QuotesNotWithdrawn, Struck


class Quotes:
    """Strikes one name out; withdraws, or says why not."""

    def __init__(self, failure: str = "") -> None:
        self.failure = failure
        self.withdrawn: list[int] = []

    def struck(self, text: str, sender: str) -> Struck:
        """Put a mark for the name."""
        number = text.count("Exampleton") + text.count("borough")
        shown = " ".join(text.replace("Exampleton", "[name]").replace("borough", "[name]").split())
        return Struck(text=shown, found=("[name]",) * number)

    def withdraw(self, message_id: int) -> tuple[str, ...]:
        """Remember the message."""
        if self.failure:
            raise QuotesNotWithdrawn(message_id, self.failure)
        self.withdrawn.append(message_id)
        return ("issue-1/public/page.html",)
