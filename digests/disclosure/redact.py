"""Contact details and names struck out of a quote before a person agrees that it may be published; pure.

Finds e-mail addresses, telephone numbers, National Insurance numbers, postcodes and web addresses; of names those of
the sender, and those that a title or a greeting goes before. Nothing finds every name: a person reads every quote as
it would be published.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from phonenumbers import Leniency, PhoneNumberMatcher

NAME = "[name]"
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
_CAPITALISED = r"[A-Z][\w'’-]*[a-z][\w'’-]*"
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Baroness|Cllr|Councillor|Rev|Reverend)\.?"
    rf"(?:\s+[A-Z]\.?(?=\s))*(?:\s+{_CAPITALISED}){{1,3}}"
)
_GREETED = re.compile(rf"\b(Dear|Hi|Hello)\s+(?!Sirs?\b|Madam\b|All\b|Team\b|Colleagues?\b){_CAPITALISED}")
# A display name with one of these is an organisation's, or a desk's.
_NO_PERSON = re.compile(
    r"(?i)\b(?:the|of|for|and|council|city|county|borough|district|team|ministry|department|office|university|college|"
    r"school|institute|cent(?:re|er)|survey|research|statistics|analysis|policy|trust|society|charity|foundation|"
    r"association|group|library|unit|services?|support|enquiries|info|information|news|press|media|desk|mail|mailbox|"
    r"admin|contact|hello|general|public|health|data|network|forum|committee|secretary|ltd|limited|plc)\b"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Redacted:
    """A text with contact details struck out; `found` says what, in order, for the person who approves it."""

    text: str
    found: tuple[str, ...] = ()


def redact(text: str, sender: str = "", region: str = "GB") -> Redacted:
    """Strike contact details and names out; years, tables and percentages stay ("2008-09", "16,140 cases").

    `sender` is who wrote, as "Ann Writer <ann.writer@example.org>".
    """
    found: list[str] = []
    for label, pattern in (*_PATTERNS, ("[phone]", _MOBILE)):
        text, number = pattern.subn(label, text)
        found += [label] * number
    for match in reversed(list(PhoneNumberMatcher(text, region, leniency=Leniency.VALID))):
        text = f"{text[: match.start]}[phone]{text[match.end :]}"
        found.append("[phone]")
    for pattern, put in _name_patterns(sender):
        text, number = pattern.subn(put, text)
        found += [NAME] * number
    return Redacted(text=text, found=tuple(found))


def _name_patterns(sender: str) -> Iterator[tuple[re.Pattern[str], str]]:
    """Give what finds names: titles and greetings first, then the sender's own, in full and word by word."""
    yield _TITLED, NAME
    yield _GREETED, rf"\1 {NAME}"
    words = _words_of_name(sender)
    if words:
        either = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
        yield re.compile(rf"\b(?:{either})(?:[\s,-]+(?:{either}))*\b"), NAME


def _words_of_name(sender: str) -> set[str]:
    """Give the words of the sender's name, out of the display name and of an address like ann.writer@."""
    display, _, address = sender.partition("<")
    local = address.partition("@")[0]
    pieces = local.split(".") if "." in local else []
    return {*_person(re.findall(r"[^\W\d_][\w'’-]+", display)), *_person([piece.capitalize() for piece in pieces])}


def _person(words: list[str]) -> set[str]:
    """Keep the words of what looks like a person's name: two to four words, none of an organisation's."""
    able = [word for word in words if len(word) > 1 and word[0].isupper()]
    if not 2 <= len(able) <= 4 or _NO_PERSON.search(" ".join(words)):
        return set()
    return {spelling for word in able for spelling in (word, word.capitalize())}
