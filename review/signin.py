"""Who is asking: sessions by cookie, form tokens, roles."""

import hmac
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, ImmutableMultiDict
from starlette.responses import RedirectResponse, Response

from review.options import PageOptions
from review.proxied import proxied_name
from review.site import Here, Site
from review.tokens import hash_of
from storage import users
from storage.records import User

log = logging.getLogger(__name__)
Fields = ImmutableMultiDict[str, str]
MOST_FIELDS = 2000
TOKEN_FIELD = "token"  # noqa: S105 - the name of a form field, no secret


class Role(IntEnum):
    """What a person may do; each role may do all that the one before may."""

    READER = 1
    REVIEWER = 2
    ADMINISTRATOR = 3


ROLES = {role.name.lower(): role for role in Role}


class NotSignedInError(Exception):
    """Nobody is signed in, or the session has ended."""


class NotAllowedError(Exception):
    """The person's role does not reach this far; `needed` is the role that does."""

    def __init__(self, needed: Role) -> None:
        """Name the role that is needed."""
        super().__init__(f"This needs the role of {needed.name.lower()}.")
        self.needed = needed


class ForgedFormError(Exception):
    """A form came without the token that its page had."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Who is signed in, with the token that their forms carry."""

    user: User
    token: str = field(repr=False)

    @property
    def name(self) -> str:
        """Give the sign-in name."""
        return self.user.name

    @property
    def role(self) -> Role:
        """Give the role; an unknown one may only read."""
        return ROLES.get(self.user.role, Role.READER)

    @property
    def may_review(self) -> bool:
        """Say whether this person may decide."""
        return self.role >= Role.REVIEWER

    @property
    def may_administer(self) -> bool:
        """Say whether this person may change who signs in."""
        return self.role >= Role.ADMINISTRATOR


def cookie_name(options: PageOptions) -> str:
    """Name the session's cookie; `__Host-` binds it to this host and TLS where there is TLS."""
    return "__Host-statshop" if options.secure_cookies else "statshop"


def set_cookie(response: Response, options: PageOptions, name: str, value: str) -> None:
    """Set a cookie that scripts cannot read and other sites' forms do not send."""
    response.set_cookie(name, value, path="/", httponly=True, samesite="lax", secure=options.secure_cookies)


def new_session(site: Site, user: User) -> str:
    """Open a session and give its secret, of which the store keeps the hash alone; forget those that are long over."""
    secret = secrets.token_urlsafe(32)
    now = site.clock()
    users.forget_old_sessions(site.store, before=now - timedelta(hours=site.options.absolute_hours))
    users.open_session(site.store, user.id, hash_of(secret), now=now)
    return secret


def local_path(path: str) -> str:
    """Give a path of ours to go on to, or the start: never another site."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if safe and "\\" not in path else "/"


def let_in(site: Site, user: User, going_to: str, status: int = 303) -> Response:
    """Open a session for somebody who has shown who they are, and go on."""
    response = RedirectResponse(going_to, status)
    set_cookie(response, site.options, cookie_name(site.options), new_session(site, user))
    log.info("signed in user=%s", user.id)
    return response


def form_token(secret: str) -> str:
    """Derive the token of a session's forms from its secret."""
    return hmac.new(secret.encode(), b"form token", sha256).hexdigest()


def person_of(request: Request, site: Here) -> Person:
    """Find who is signed in, or raise NotSignedInError."""
    secret = request.cookies.get(cookie_name(site.options), "")
    user = _session_user(site, secret) if secret else None
    if user is None or not _is_whom_the_proxy_names(request, site, user):
        raise NotSignedInError
    person = Person(user=user, token=form_token(secret))
    request.state.person = person
    return person


def _is_whom_the_proxy_names(request: Request, site: Site, user: User) -> bool:
    """Say whether the session is that of the person now signed in at the proxy, where there is one."""
    name = proxied_name(request, site.options.proxy)
    return not name or name.casefold() == user.name.casefold()


def _session_user(site: Site, secret: str) -> User | None:
    idle = timedelta(minutes=site.options.idle_minutes)
    absolute = timedelta(hours=site.options.absolute_hours)
    return users.session_user(site.store, hash_of(secret), now=site.clock(), idle=idle, absolute=absolute)


def require(role: Role) -> Callable[[Person], Person]:
    """Make a dependency that lets through whoever has at least this role."""

    def check(person: Annotated[Person, Depends(person_of)]) -> Person:
        if person.role < role:
            raise NotAllowedError(role)
        return person

    return check


Reader = Annotated[Person, Depends(require(Role.READER))]
Reviewer = Annotated[Person, Depends(require(Role.REVIEWER))]
Administrator = Annotated[Person, Depends(require(Role.ADMINISTRATOR))]


def posted(role: Role) -> Callable[..., AsyncIterator[FormData]]:
    """Make a dependency that gives a form's fields once its token and its sender's role are right."""

    async def read(request: Request, person: Annotated[Person, Depends(require(role))]) -> AsyncIterator[FormData]:
        async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
            if not _is_of_session(form, person):
                raise ForgedFormError
            yield form

    return read


def _is_of_session(form: FormData, person: Person) -> bool:
    return hmac.compare_digest(str(form.get(TOKEN_FIELD, "")).encode(), person.token.encode())


ReaderForm = Annotated[FormData, Depends(posted(Role.READER))]
ReviewerForm = Annotated[FormData, Depends(posted(Role.REVIEWER))]
AdministratorForm = Annotated[FormData, Depends(posted(Role.ADMINISTRATOR))]


@dataclass(frozen=True, kw_only=True, slots=True)
class SentDraft:
    """A decision as it was sent; one whose form an earlier session drew is shown again, and nothing of it is saved."""

    fields: Fields
    is_of_session: bool


async def draft_sent(request: Request, person: Reviewer) -> SentDraft:
    """Read a decision, whichever session drew its form: who had to sign in again loses nothing of it."""
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        return SentDraft(fields=fields_of(form), is_of_session=_is_of_session(form, person))


ReviewerDraft = Annotated[SentDraft, Depends(draft_sent)]


def fields_of(form: FormData) -> Fields:
    """Give a form's text fields; files are left out, NUL (which no database takes) is dropped."""
    texts = ((name, value) for name, value in form.multi_items() if isinstance(value, str))
    return ImmutableMultiDict([(name, value.replace("\0", "")) for name, value in texts])


def text_of(form: FormData, name: str) -> str:
    """Give one field's text without white space around it; a file or nothing is no text."""
    return fields_of(form).get(name, "").strip()
