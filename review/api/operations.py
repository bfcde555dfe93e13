"""What the machine did, and who may use it, over JSON."""

import logging
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query

from review.api.access import AdministrateToken, ReadToken, ReviewToken
from review.api.answers import CONFLICT, NOT_FOUND, Refused
from review.api.shapes import LedgerQuery, PasswordIn, PersonOut, RoleIn, person_out
from review.flags import hand_over_flags
from review.passwords import hash_password, length_problem, password_problem
from review.signin import ROLES, Role
from review.site import Here, Number, Site
from storage import ledger, runs, setaside, tokens, users
from storage.errors import LastAdministrator
from storage.ledger import LedgerRow
from storage.records import Run, SetAside, StatusCounts, User
from storage.tokens import Token

log = logging.getLogger(__name__)
router = APIRouter(tags=["operations"])


@router.get("/status")
def status(site: Here, caller: ReadToken) -> StatusCounts:
    """Tell how much there is, and how much waits."""
    return runs.status_counts(site.store)


@router.get("/runs")
def last_runs(site: Here, caller: ReadToken) -> tuple[Run, ...]:
    """List the last runs, newest first."""
    return runs.runs(site.store, now=site.clock())


@router.get("/ledger")
def ledger_rows(site: Here, caller: ReadToken, filters: Annotated[LedgerQuery, Query()]) -> tuple[LedgerRow, ...]:
    """Say, folder by folder, what the server held on the last days counted and what is held here."""
    return ledger.ledger_rows(site.store, account=filters.account, days=filters.days)


@router.get("/set-aside")
def set_aside(site: Here, caller: ReadToken) -> tuple[SetAside, ...]:
    """List what could not be read."""
    return setaside.set_aside_list(site.store)


@router.get("/set-aside/{item_id}", responses=NOT_FOUND)
def set_aside_item(site: Here, caller: ReadToken, item_id: Number) -> SetAside:
    """Give one item of what could not be read."""
    return setaside.set_aside_one(site.store, item_id)


@router.post("/set-aside/{item_id}/retry", responses={**NOT_FOUND, **CONFLICT})
def retry(site: Here, caller: ReviewToken, item_id: Number) -> SetAside:
    """Try again to read an item; when that works, `released_as` is the message it became."""
    item = setaside.set_aside_one(site.store, item_id)
    if site.repair is None:
        raise HTTPException(409, "Nothing can be read again here: the page was started without a reader.")
    result = site.repair.retry(item.id, "")
    worked = result.message_id is not None
    log.info("retried set-aside id=%s user=%s worked=%s", item.id, caller.user.id, worked)
    return setaside.set_aside_one(site.store, item_id)


@router.get("/people")
def people(site: Here, caller: AdministrateToken) -> tuple[PersonOut, ...]:
    """List who may sign in, and who no longer may: their role is `removed`."""
    return tuple(person_out(user) for user in users.users(site.store))


@router.put("/people/{user_id}/role", responses={**NOT_FOUND, **CONFLICT})
def change_role(site: Here, caller: AdministrateToken, user_id: Number, wanted: RoleIn) -> PersonOut:
    """Give somebody another role; nobody takes the administrator's role from themselves."""
    if user_id == caller.user.id and ROLES[wanted.role] < Role.ADMINISTRATOR:
        raise Refused(("role: ask another administrator to change your own role",))
    found = _person(site, user_id)
    try:
        users.set_role(site.store, user_id, wanted.role)
    except LastAdministrator as error:
        raise Refused((str(error),)) from error
    if ROLES[wanted.role] < Role.REVIEWER:
        hand_over_flags(site, found.name, caller.name)
    log.info("role changed user=%s role=%s by user=%s", user_id, wanted.role, caller.user.id)
    return PersonOut(id=found.id, name=found.name, role=wanted.role)


def _person(site: Site, user_id: int) -> User:
    found = users.user_numbered(site.store, user_id)
    if found is None:
        raise HTTPException(404, "There is nobody of that number.")
    return found


@router.put("/people/{user_id}/password", status_code=204, responses={**NOT_FOUND, **CONFLICT})
def give_password(site: Here, caller: AdministrateToken, user_id: Number, wanted: PasswordIn) -> None:
    """Give somebody a new password, and end their sessions; one's own is changed on the page alone."""
    if user_id == caller.user.id:
        raise Refused(("password: change your own in your settings",))
    found, password = _person(site, user_id), wanted.password.get_secret_value()
    if found.is_removed:
        raise Refused(("password: they may no longer sign in; give them a role first",))
    if problem := length_problem(password):
        raise HTTPException(422, f"{problem}.")
    if problem := password_problem(password, found.name):
        raise Refused((f"password: {problem}.",))
    users.set_password_hash(site.store, user_id, hash_password(password))
    log.info("password given to user=%s by user=%s", user_id, caller.user.id)


@router.delete("/people/{user_id}", status_code=204, responses={**NOT_FOUND, **CONFLICT})
def remove(site: Here, caller: AdministrateToken, user_id: Number) -> None:
    """Shut somebody out: sessions and tokens end, no sign-in works. A role given later lets them in again."""
    if user_id == caller.user.id:
        raise Refused(("ask another administrator to shut you out",))
    found = _person(site, user_id)
    try:
        users.remove_user(site.store, found.id, now=site.clock())
    except LastAdministrator as error:
        raise Refused((str(error),)) from error
    hand_over_flags(site, found.name, caller.name)
    log.info("user removed user=%s by user=%s", user_id, caller.user.id)


@router.get("/tokens")
def list_tokens(site: Here, caller: AdministrateToken) -> tuple[Token, ...]:
    """List every token, without its secret."""
    return tokens.tokens(site.store)


@router.delete("/tokens/{token_id}", status_code=204, responses=NOT_FOUND)
def revoke(site: Here, caller: AdministrateToken, token_id: Number) -> None:
    """Revoke a token."""
    tokens.revoke_token(site.store, token_id, now=site.clock())
    log.info("token revoked id=%s by user=%s", token_id, caller.user.id)
