"""Whether a person has to read a message at all: a first edition by the headers that machines set."""

from classifiers.matching import Found
from classifiers.rule import Rulebook
from classifiers.verdict import Dimension, MessageText, Tag


class Dispositions:
    """The disposition of a message."""

    def __init__(self, rulebook: Rulebook) -> None:
        """Take the rules; this edition needs none."""

    def tag(self, message: MessageText, found: Found) -> Tag:
        """Give the disposition as a tag."""
        headers = dict(message.headers)
        value, why = "triage", "nothing says that a machine sent it"
        if headers.get("auto-submitted", "no").lower() != "no":
            value, why = "auto-reply", "its Auto-Submitted header says that a machine sent it"
        elif "multipart/report" in message.content_type:
            value, why = "bounce", "it is a delivery report"
        elif any(name.startswith("list-") for name, _ in message.headers):
            value, why = "bulk", "a mailing list sent it"
        return Tag(dimension=Dimension.DISPOSITION, value=value, confidence=0.9, reason=why)
