"""A suggested reply to a request for data that says nothing of what the data are for, with the pro forma; pure.

It suggests: a person reads it, puts the data to it, and sends it.
"""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from classifiers.catalogue import Dimension
from digests.counting.coded import TRIAGE
from digests.words import plain
from storage.records import CountedMessage, StoredMessage

REQUEST = "data-request"
_DOCX = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")
_ODT = ("application", "vnd.oasis.opendocument.text")


class BeyondAscii(ValueError):
    """An address with letters beyond A to Z (RFC 6531), which not every mailbox takes in a draft."""


def lacks_a_use(message: CountedMessage) -> bool:
    """Say whether a message asks for data and states no use, by what a reviewer agreed or the rules propose."""
    tags = {(tag.dimension, tag.value) for tag in message.tags}
    asks = {(Dimension.DISPOSITION, TRIAGE), (Dimension.CHANNEL, REQUEST)} <= tags
    return asks and not message.from_team and not any(dimension == Dimension.USE for dimension, _ in tags)


def suggested_reply(
    message: StoredMessage, *, sender: str, organisation: str, docx: bytes, odt: bytes, now: datetime
) -> EmailMessage:
    """Write the reply; raise ValueError where the message names no address that a reply could go to."""
    name, address = _whom(message)
    reply = EmailMessage()
    reply["From"], reply["To"] = sender, Address(display_name=name, addr_spec=address)
    subject = plain(message.subject)
    reply["Subject"] = subject if subject.casefold().startswith("re:") else f"Re: {subject or 'your request'}"
    reply["Date"] = format_datetime(now)
    reply["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or "localhost")
    if _is_id(message.message_id):
        reply["In-Reply-To"] = reply["References"] = message.message_id
    reply["X-Unsent"] = "1"  # Outlook opens it as a draft
    reply.set_content(_words(organisation))
    for content, (kind, subkind), ending in ((docx, _DOCX, "docx"), (odt, _ODT, "odt")):
        reply.add_attachment(content, maintype=kind, subtype=subkind, filename=f"pro-forma-uses-of-data.{ending}")
    return reply


def _whom(message: StoredMessage) -> tuple[str, str]:
    """Give who wrote: where a colleague forwarded the message, the original writer, whose name is not known."""
    own = message.user_address.casefold() in ("", message.sender_address.casefold())
    address = plain(message.user_address or message.sender_address)
    if "@" in address and not address.isascii():
        raise BeyondAscii("its address has letters that a draft cannot name: answer it in your mail program")
    if "@" not in address:
        raise ValueError("no address that a reply could go to")
    return (plain(message.sender_name) if own else ""), address


def _is_id(text: str) -> bool:
    return text.startswith("<") and text.endswith(">") and plain(text) == text and " " not in text


def _words(organisation: str) -> str:
    return f"""Thank you for your request.

[The data, or when they will be sent.]

We would like to know what our statistics are used for, and which decisions they inform. Could you tell us in a line
or two, or fill in the short form attached (the same form, for Word and as OpenDocument)? It helps us to decide what to
publish. We name neither you nor your organisation unless you agree.

{organisation}
"""
