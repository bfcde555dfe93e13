"""Addresses of the rule workshop; pure."""

from urllib.parse import quote, urlencode

from classifiers.catalogue import Dimension
from storage.records import StoredMessage

DRAFTED = (Dimension.PRODUCT, Dimension.USE, Dimension.CHANNEL)  # dimensions of which a rule of plain words tags

# What matches without being a rule of a file, in a sentence: each has a page like a rule's.
BESIDE_RULES = {
    "sender-address": "The sender’s address belongs to a body of a known kind, by the lists of domains and bodies.",
    "user-signature": "An organisation of a known kind stands in the signature, by the lists of bodies.",
    "user-introduced": "The writer introduces themselves by the name of an organisation, by the lists of bodies.",
    "header": "A header that programs write into their mail: an automatic reply, a list, a report that mail came back.",
    "sender": "An address or a name that programs send from, or sellers, by the table of mail headers.",
    "no-person": "Nobody speaks in the text: it has the shape of a newsletter, or of an answer to an invitation.",
}


def rules_link(mailbox: str, path: str = "", **query: str) -> str:
    """Give the address of the rules of a mailbox that has its own ("": the usual ones), or of a page below it."""
    given = {name: value for name, value in {"mailbox": mailbox, **query}.items() if value}
    return f"/rules{path}" + (f"?{urlencode(given)}" if given else "")


def missed_tag(message: StoredMessage) -> str:
    """Give the first tag that a person added to those of the rules and that a rule could give; "" where none is."""
    proposed = {(tag.dimension, tag.value) for tag in message.verdict.tags}
    added = (f"{one}:{tag.value}" for one in DRAFTED for tag in message.tags if tag.dimension == one)
    return next((tag for tag in added if tuple(tag.split(":", 1)) not in proposed), "")


def rule_link(rule: str, mailbox: str = "") -> str:
    """Give the address of a rule's page."""
    return rules_link(mailbox, f"/{quote(rule, safe='')}")
