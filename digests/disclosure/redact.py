"""Contact details struck out of a quote before a person agrees that it may be shown; pure.

Finds e-mail addresses, telephone numbers, National Insurance numbers, postcodes and web addresses. It does not find the
names of people: nothing does reliably, and so a person reads every quote.
"""

import re
from dataclasses import dataclass

from phonenumbers import Leniency, PhoneNumberMatcher

_PATTERNS = (
    ("[web address]", re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)),
    ("[email]", re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")),
    (
        "[national insurance number]",
        re.compile(
            r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b",
            re.IGNORECASE,
        ),
    ),
    (
        "[postcode]",
        re.compile(r"\b(?:GIR ?0AA|[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][ABD-HJLNP-UW-Z]{2})\b", re.IGNORECASE),
    ),
)
# Numbers that Ofcom keeps for drama, and other UK mobiles: the library calls some of them invalid.
_MOBILE = re.compile(r"(?<![\d.,-])(?:\+44\s?|0)7\d{3}[\s-]?\d{3}[\s-]?\d{3}(?![\d-])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Redacted:
    """A text with contact details struck out; `found` says what, in order, for the person who approves it."""

    text: str
    found: tuple[str, ...] = ()


def redact(text: str, region: str = "GB") -> Redacted:
    """Strike contact details out; years, tables and percentages stay ("2008-09", "16,140 cases")."""
    found: list[str] = []
    for label, pattern in _PATTERNS:
        text, number = pattern.subn(label, text)
        found += [label] * number
    text, number = _MOBILE.subn("[phone]", text)
    found += ["[phone]"] * number
    for match in reversed(list(PhoneNumberMatcher(text, region, leniency=Leniency.VALID))):
        text = f"{text[: match.start]}[phone]{text[match.end :]}"
        found.append("[phone]")
    return Redacted(text=text, found=tuple(found))
