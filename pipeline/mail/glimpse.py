"""What can be told of a message that cannot be read: its subject and sender, from the first header fields alone."""

from dataclasses import dataclass

from pipeline.mail.errors import UnreadableMessage
from pipeline.mail.message import Address
from pipeline.mail.mime.addresses import salvaged
from pipeline.mail.mime.caps import ParseLimits, message_tree
from pipeline.mail.mime.envelope import with_crlf, without_envelope
from pipeline.mail.mime.fields import fields_of
from pipeline.mail.mime.headers import field, first

_HEAD = 32_768
_LIMITS = ParseLimits(header=2_000)


@dataclass(frozen=True, kw_only=True, slots=True)
class Glimpse:
    """The subject and the sender, as far as they can be made out; either may be empty."""

    subject: str = ""
    sender: Address = Address()  # noqa: RUF009 - a frozen value


def glimpse(raw: bytes) -> Glimpse:
    """Look at the beginning of a message, whatever is wrong with the rest of it; never raises."""
    head = with_crlf(without_envelope(raw[:_HEAD])).partition(b"\r\n\r\n")[0]
    try:
        tree, _ = message_tree(head + b"\r\n\r\n", _LIMITS)
    except UnreadableMessage:
        return Glimpse()
    told = fields_of(tree)
    written = first(told, "from")
    return Glimpse(subject=field(told, "subject"), sender=salvaged(written) if written.strip() else Address())
