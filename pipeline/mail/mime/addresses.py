"""Addresses that mail-parser gives up: read without it, and salvaged from malformed fields."""

import re
from collections.abc import Iterable
from email.utils import getaddresses

from pipeline.mail.message import Address
from pipeline.mail.mime.charsets import one_line
from pipeline.mail.mime.headers import decode_words, decoded, unfolded

_FIELD = 4_096  # the standard library is quadratic and recursive here
_MAILBOX = r"[A-Za-z0-9_+#-]+(?:\.[A-Za-z0-9_+#-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_WORD = r"(?:[A-Za-z][A-Za-z0-9'-]*|-)"
_CHARSET = r"(?i:utf-8|us-ascii|iso-8859-1|iso-8859-15|windows-1252)"
_QUOTED_PRINTABLE = r"[Qq]\?(?:[A-Za-z0-9._+/-]|=[0-9A-Fa-f]{2}){1,80}"
_BASE64 = r"[Bb]\?(?:[A-Za-z0-9+/]{4}){1,20}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
_ENCODED = rf"=\?{_CHARSET}\?(?:{_QUOTED_PRINTABLE}|{_BASE64})\?="  # RFC 2047: one word, standing alone
_IN_QUOTES = r"[A-Za-z0-9.'_@(),&/!$#-]+"  # no backslash, no angle, no colon, nothing that is encoded
_NAME = rf'({_WORD}(?: {_WORD})*|(?:{_WORD} )?{_ENCODED}(?: {_WORD})*)  ?|"({_IN_QUOTES}(?: {_IN_QUOTES})*)" ? ?'
_BEHIND = rf"\(({_WORD}(?: {_WORD})*)\)"  # the name of old programs: `a@b (Ann Rowe)`
_PLAIN = re.compile(rf"(?:(?:{_NAME})?<({_MAILBOX})>|({_MAILBOX})(?: {_BEHIND})?)(?:, {{0,4}}(?=[^ ])|\Z)")
_ANGLE = re.compile(r"<\s*([^<>\s@\"]{1,64}@[^<>\s@\",;]{1,255})\s*>?")
_BARE = re.compile(r"(?<![\w.+-])([\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8})")
_QUOTED = re.compile(r'"[^"]{0,300}"')


def address(name: str, mailbox: str) -> Address:
    """Make an Address clean; a name that only repeats the address is no name."""
    name = one_line(decode_words(name)).strip("'\" ")
    mailbox = one_line(mailbox).strip("<>'\" ").replace(" ", "")
    return Address(name="" if name.lower() == mailbox.lower() else name, address=mailbox)


def addresses(pairs: Iterable[tuple[str, str]]) -> tuple[Address, ...]:
    """Make Addresses of (name, address) pairs, leaving out empty ones."""
    made = (address(name, mailbox) for name, mailbox in pairs)
    return tuple(one for one in made if one.name or one.address)


def plain_addresses(value: str) -> tuple[Address, ...] | None:
    """Read addresses written plainly: `Name <a@b>`, `"Surname, N. (Team)" <a@b>`, `=?…?= <a@b>`, `a@b`; else None.

    Its answer is mail-parser's, which a property test holds it to.
    """
    made, at = [], 0
    while match := _PLAIN.match(value, at):
        name, quoted, angled, bare, behind = match.groups()
        made.append(address(name or quoted or behind or "", angled or bare))
        at = match.end()
        if at == len(value):
            return tuple(made)
    return None


def standard_addresses(value: str) -> tuple[Address, ...]:
    """Read a field with the standard library alone: the fallback when mail-parser fails."""
    try:
        return addresses(getaddresses([unfolded(value[:_FIELD])]))
    except (RecursionError, ValueError, IndexError, TypeError):
        return ()


def whole_name(value: str) -> Address | None:
    """Read `Okafor, Chidi <c.okafor@x>`: one address after an unquoted name with a comma in it."""
    before, angle, after = unfolded(value).partition("<")
    if not angle or "," not in before or '"' in before or "@" in before or ";" in before:
        return None
    mailbox, closed, rest = after.partition(">")
    if not closed or rest.strip() or "@" not in mailbox:
        return None
    return address(before.strip(), mailbox)


def salvaged(value: str) -> Address:
    """Take an address out of a malformed field: the last in angles, else a bare one outside the quoted name.

    Never out of a display name that stands before an address in angles: it can be made to look like anything.
    """
    value = unfolded(value[:_FIELD])
    angles = list(_ANGLE.finditer(value))
    if angles:
        return address(value[: angles[0].start()], angles[-1][1])
    outside = _QUOTED.sub(" ", value)
    bare = _BARE.search(outside)
    if bare:
        name = value.replace(bare[1], " ").strip(" <>")
        return address(name, bare[1])
    return Address(name=decoded(value).strip("<> "))


def shows_another(sender: Address) -> bool:
    """Say whether a display name shows an address that is not the sender's."""
    shown = _BARE.search(sender.name)
    return shown is not None and "." in shown[1].rpartition("@")[2] and shown[1].lower() != sender.address.lower()
