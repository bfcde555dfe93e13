"""Addresses of the rule workshop; pure."""

from urllib.parse import quote, urlencode


def rules_link(mailbox: str, path: str = "", **query: str) -> str:
    """Give the address of the rules of a mailbox that has its own ("": the usual ones), or of a page below it."""
    given = {name: value for name, value in {"mailbox": mailbox, **query}.items() if value}
    return f"/rules{path}" + (f"?{urlencode(given)}" if given else "")


def rule_link(rule: str, mailbox: str = "") -> str:
    """Give the address of a rule's page."""
    return rules_link(mailbox, f"/{quote(rule, safe='')}")
