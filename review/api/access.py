"""Who asks: a person's token, what it may do, and how often a wrong one may be tried."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from review.signin import ROLES, Role
from review.site import Here, Site
from review.tokens import Scope, hash_of
from storage import tokens, users
from storage.records import User

NEEDED = {Scope.READ: Role.READER, Scope.REVIEW: Role.REVIEWER, Scope.ADMINISTRATE: Role.ADMINISTRATOR}
bearer = HTTPBearer(auto_error=False, description="A token made on the page *People*, or by `statshop user token`.")
Given = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


class TokenRefusedError(Exception):
    """No token came, or none that stands."""


class TooManyWrongTokensError(Exception):
    """Too many wrong tokens came from one address; `minutes` is how long it waits."""

    def __init__(self, minutes: int) -> None:
        """Say how long to wait."""
        super().__init__(f"Too many wrong tokens came from your address. Wait {minutes} minutes.")
        self.minutes = minutes


class ScopeMissingError(Exception):
    """The token, or its person's role, does not reach this far."""

    def __init__(self, scope: Scope) -> None:
        """Name the scope that is needed."""
        role = NEEDED[scope].name.lower()
        super().__init__(f"This needs a token with the scope {scope.value}, of somebody who is at least a {role}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """The person in whose name a script asks."""

    user: User

    @property
    def name(self) -> str:
        """Give the sign-in name."""
        return self.user.name


def allowed(scope: Scope) -> Callable[..., Caller]:
    """Make a dependency that lets through a token with this scope."""

    def check(request: Request, site: Here, given: Given) -> Caller:
        holder = _holder(request, site, given)
        role = ROLES.get(holder.user.role, Role.READER)
        if scope not in holder.token.scopes or role < NEEDED[scope]:
            raise ScopeMissingError(scope)
        return Caller(user=holder.user)

    return check


def any_token(request: Request, site: Here, given: Given) -> Caller:
    """Let through any token that stands."""
    return Caller(user=_holder(request, site, given).user)


def _holder(request: Request, site: Site, given: HTTPAuthorizationCredentials | None) -> tokens.TokenHolder:
    """Find whose token this is. A right one is never kept waiting: others' mistakes are not its own."""
    if given is None:
        raise TokenRefusedError
    now = site.clock()
    holder = tokens.token_holder(site.store, hash_of(given.credentials), now=now)
    if holder is not None:
        return holder
    source = f"token from {request.client.host if request.client else 'nowhere'}"
    window = site.options.failed_sign_in_minutes
    if users.failed_sign_ins_since(site.store, source, now - timedelta(minutes=window)) >= site.options.wrong_tokens:
        raise TooManyWrongTokensError(window)
    users.record_failed_sign_in(site.store, source, now=now)
    raise TokenRefusedError


ReadToken = Annotated[Caller, Depends(allowed(Scope.READ))]
ReviewToken = Annotated[Caller, Depends(allowed(Scope.REVIEW))]
AdministrateToken = Annotated[Caller, Depends(allowed(Scope.ADMINISTRATE))]
