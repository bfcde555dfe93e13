"""Single sign-on: whom a provider vouches for, and whether that person may come in, as what. Pure but for `admit`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from review.passwords import name_problem
from storage import users
from storage.engine import Store
from storage.records import User

RANKED = ("administrator", "reviewer", "reader")  # whoever is several is the first of these


class SignOnRefusedError(Exception):
    """The provider did not vouch for anybody; `why` is for the log, without what the provider sent."""

    def __init__(self, why: str) -> None:
        """Keep the reason."""
        super().__init__(why)
        self.why = why


class SignOnUnavailableError(Exception):
    """The provider cannot be asked at present."""


class NotAdmittedError(Exception):
    """The provider vouches for a person who may not use the page; `reason` says why, in words for that person."""

    def __init__(self, name: str, reason: str) -> None:
        """Name the person as the provider does."""
        super().__init__(reason)
        self.name, self.reason = name, reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Whom a provider vouches for: `subject` never changes and is never given to another; the name may be."""

    subject: str
    name: str
    roles: frozenset[str] = frozenset()  # as the provider calls them


@dataclass(frozen=True, kw_only=True, slots=True)
class Admission:
    """Who may come in: `roles` names, for each of our roles, the provider's that give it; none given: kept here."""

    unknown: str = "refuse"  # or "reader": what becomes of somebody whom nobody has added
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class SignOn(Protocol):
    """Asks a provider who somebody is; both calls belong together by a secret that the browser keeps meanwhile."""

    label: str

    def begin(self, secret: str) -> str:
        """Give the provider's address to send the browser to. Raises SignOnUnavailableError."""

    def finish(self, secret: str, query: str) -> Identity:
        """Read what the browser came back with. Raises SignOnRefusedError, SignOnUnavailableError."""


def role_given(identity: Identity, admission: Admission) -> str:
    """Give the highest of our roles that the provider's roles give, "" for none."""
    given = (role for role in RANKED if identity.roles & set(admission.roles.get(role, ())))
    return next(given, "")


def role_of(identity: Identity, known: User | None, admission: Admission) -> str:
    """Decide in which role somebody comes in. Raises NotAdmittedError."""
    if known is not None and known.is_removed:
        raise NotAdmittedError(identity.name, "You may no longer use this page.")
    given = role_given(identity, admission)
    if given:
        return given
    if known is not None and not admission.roles:
        return known.role
    if admission.unknown == "reader":
        return "reader"
    words = (
        "You are not among the people who may use this page." if known is None else "You have no role here any more."
    )
    raise NotAdmittedError(identity.name, words)


def admit(store: Store, identity: Identity, admission: Admission) -> User:
    """Let somebody in, as the person they are known as or as a new one. Raises NotAdmittedError."""
    known = users.user_of_subject(store, identity.subject) or _awaited(store, identity)
    role = role_of(identity, known, admission)
    if known is None:
        if name_problem(identity.name):
            raise NotAdmittedError(identity.name, "Your name is not one that this page can use.")
        return users.add_user(store, identity.name, "", role, subject=identity.subject)
    if known.role != role:
        users.follow_role(store, known.id, role)
    if known.subject != identity.subject:
        users.set_subject(store, known.id, identity.subject)
    return known


def admit_by_name(store: Store, name: str, *, unknown: str) -> User:
    """Let in whom a proxy has signed in: its word on the name is believed. Raises NotAdmittedError."""
    known = users.user_named(store, name)
    role = role_of(Identity(subject="", name=name), known, Admission(unknown=unknown))
    if known is None and name_problem(name):
        raise NotAdmittedError(name, "Your name is not one that this page can use.")
    return known or users.add_user(store, name, "", role)


def _awaited(store: Store, identity: Identity) -> User | None:
    """Find somebody who was added under this name without a password, and has not come yet.

    An account with a password is nobody's but its owner's: a name at the provider does not open it.
    """
    named = users.user_named(store, identity.name)
    if named is None or (not named.password_hash and not named.subject):
        return named
    raise NotAdmittedError(identity.name, "Somebody else has this name here.")
