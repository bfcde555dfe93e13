"""What a new team says of its survey, as values."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

RESERVED = frozenset(["survey", "headline"])  # products that the program itself knows
OWN_DEPARTMENT = "own-organisation"
_NO_USERS = frozenset(["none", "unknown", OWN_DEPARTMENT])  # kinds of users that no line of an annex can be


@dataclass(frozen=True, kw_only=True, slots=True)
class NewProduct:
    """A product of the survey: what it is called, and further words by which people ask for it."""

    title: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class NewUser:
    """A user that the team's annex lists: what it is called, and the ends of its mail addresses."""

    title: str
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class NewSurvey:
    """A survey and its team."""

    name: str
    mailbox: str
    organisation: str
    area: str
    products: tuple[NewProduct, ...]
    users: tuple[NewUser, ...] = ()
    host: str = ""

    @property
    def domain(self) -> str:
        """Give the domain of the team's own addresses."""
        return self.mailbox.rpartition("@")[2].lower()

    @property
    def short(self) -> str:
        """Name the mailbox in the settings: "pets@example.gov.uk" is "pets"."""
        return slug(self.mailbox.partition("@")[0]) or "mailbox"


def product_of(text: str) -> NewProduct:
    """Read "Title; word, other words": titles hold colons."""
    title, _, words = text.partition(";")
    return NewProduct(title=title.strip(), words=_listed(words))


def user_of(text: str) -> NewUser:
    """Read "Title; example.gov.uk, example.org"."""
    title, _, domains = text.partition(";")
    return NewUser(title=title.strip(), domains=tuple(domain.lower().lstrip("@") for domain in _listed(domains)))


def users_by_id(users: Iterable[NewUser]) -> dict[str, NewUser]:
    """Give the users of an annex by the ids of their tags: one that is named twice once, with all its domains."""
    joined: dict[str, NewUser] = {}
    for user in users:
        made = slug(user.title)
        tag = f"{made}-in-annex" if made in _NO_USERS else made
        before = joined.get(tag, NewUser(title=user.title))
        joined[tag] = replace(before, domains=tuple(dict.fromkeys((*before.domains, *user.domains))))
    return joined


def slug(title: str) -> str:
    """Make an id of a title: lower case letters, digits, dashes."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40].rstrip("-")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
