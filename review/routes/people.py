"""Who may sign in: for administrators."""

import logging
from dataclasses import dataclass, field

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from review import passwords
from review.filters import number_of
from review.flags import HandedOver, hand_over_flags, handed_over_just_now
from review.signin import ROLES, Administrator, AdministratorForm, Person, Role, fields_of, text_of
from review.site import Here, Number, Site, page
from review.tokens import Scope, hash_of, new_token
from storage import tokens, users
from storage.errors import LastAdministrator
from storage.flags import flags_up
from storage.records import User
from storage.tokens import Token

log = logging.getLogger(__name__)
router = APIRouter()


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeToken:
    """A token that was made just now, with its secret: shown this once."""

    token: Token
    secret: str = field(repr=False)


@router.get("/people")
def people(request: Request, site: Here, person: Administrator, handed: str = "") -> Response:
    """List who may sign in, with a form to add somebody; `handed` is the number of whoever may decide no longer."""
    return _people_page(request, site, handed=handed_over_just_now(site, number_of(handed), person.name))


def _people_page(
    request: Request,
    site: Site,
    *,
    problem: str = "",
    field: str = "",
    name: str = "",
    made: MadeToken | None = None,
    handed: HandedOver | None = None,
    status: int = 200,
) -> Response:
    everybody = users.users(site.store)
    return page(
        request,
        "people.html",
        status,
        people=[user for user in everybody if not user.is_removed],
        removed=[user for user in everybody if user.is_removed],
        roles=list(ROLES),
        tokens=tokens.tokens(site.store),
        scopes=list(Scope),
        elsewhere=signs_in_elsewhere(site),
        made=made,
        handed=handed,
        problem=problem,
        field=field,
        name=name,
    )


@router.post("/people")
def add(request: Request, site: Here, person: Administrator, form: AdministratorForm) -> Response:
    """Add somebody."""
    name, role, password = text_of(form, "name"), text_of(form, "role"), str(form.get("password", ""))
    field, problem = _new_person_problem(site, name, role, password)
    if problem:
        return _people_page(request, site, problem=problem, field=field, name=name, status=422)
    users.add_user(site.store, name, passwords.hash_password(password) if password else "", role)
    log.info("user added role=%s by user=%s", role, person.user.id)
    return RedirectResponse("/people", 303)


def _new_person_problem(site: Site, name: str, role: str, password: str) -> tuple[str, str]:
    if problem := passwords.name_problem(name):
        return "name", problem
    if users.user_named(site.store, name) is not None:
        return "name", "Enter another name: somebody has this one"
    if role not in ROLES:
        return "role", "Choose a role"
    if not password and signs_in_elsewhere(site):
        return "", ""
    return "password", passwords.password_problem(password, name)


def signs_in_elsewhere(site: Site) -> bool:
    """Say whether somebody without a password of this page can come in at all."""
    return site.sign_on is not None or site.options.proxy is not None


@router.post("/people/{user_id:int}/role")
def change_role(
    request: Request, site: Here, person: Administrator, form: AdministratorForm, user_id: Number
) -> Response:
    """Give somebody another role; nobody takes the administrator's role from themselves."""
    role = text_of(form, "role")
    other = users.user_numbered(site.store, user_id)
    if role not in ROLES or other is None:
        raise HTTPException(404)
    if user_id == person.user.id and ROLES[role] < Role.ADMINISTRATOR:
        problem = "Ask another administrator to change your own role"
        return _people_page(request, site, problem=problem, field="people", status=422)
    try:
        users.set_role(site.store, user_id, role)
    except LastAdministrator as error:  # whoever asks was changed meanwhile
        return _people_page(request, site, problem=str(error).rstrip("."), field="people", status=409)
    handed = hand_over_flags(site, other.name, person.name) if ROLES[role] < Role.REVIEWER else 0
    log.info("role changed user=%s role=%s by user=%s", user_id, role, person.user.id)
    return _to_people(user_id if handed else None)


def _to_people(handed_by: int | None) -> Response:
    """Go back to the list, which looks up the flags that came to the administrator from somebody."""
    return RedirectResponse("/people" if handed_by is None else f"/people?handed={handed_by}", 303)


@router.get("/people/{user_id:int}")
def one_person(request: Request, site: Here, person: Administrator, user_id: Number) -> Response:
    """Offer a new password for somebody, and to shut them out."""
    return _person_page(request, site, _other(site, person, user_id))


def _other(site: Site, person: Person, user_id: int) -> User:
    """Find somebody who may sign in, and is not the one who asks."""
    found = users.user_numbered(site.store, user_id)
    if found is None or found.is_removed or found.id == person.user.id:
        raise HTTPException(404)
    return found


def _person_page(
    request: Request, site: Site, other: User, problem: str = "", field: str = "", status: int = 200
) -> Response:
    flagged = flags_up(site.store).get(other.name, 0)
    return page(request, "person.html", status, other=other, flagged=flagged, problem=problem, field=field)


@router.post("/people/{user_id:int}/password")
def give_password(
    request: Request, site: Here, person: Administrator, form: AdministratorForm, user_id: Number
) -> Response:
    """Give somebody a new password, and end their sessions."""
    other, password = _other(site, person, user_id), str(form.get("password", ""))
    if problem := passwords.password_problem(password, other.name):
        return _person_page(request, site, other, problem, "password", 422)
    users.set_password_hash(site.store, other.id, passwords.hash_password(password))
    log.info("password given to user=%s by user=%s", other.id, person.user.id)
    return RedirectResponse("/people", 303)


@router.post("/people/{user_id:int}/remove")
def remove(request: Request, site: Here, person: Administrator, form: AdministratorForm, user_id: Number) -> Response:
    """Shut somebody out; nobody shuts out themselves."""
    other = _other(site, person, user_id)
    try:
        users.remove_user(site.store, other.id, now=site.clock())
    except LastAdministrator as error:  # whoever asks was shut out or changed meanwhile
        return _person_page(request, site, other, str(error).rstrip("."), "remove", 409)
    handed = hand_over_flags(site, other.name, person.name)
    log.info("user removed user=%s by user=%s", other.id, person.user.id)
    return _to_people(other.id if handed else None)


@router.post("/people/tokens")
def make_token(request: Request, site: Here, person: Administrator, form: AdministratorForm) -> Response:
    """Make a token for somebody's scripts, and show it this once."""
    name, owner = text_of(form, "token_name"), text_of(form, "owner")
    scopes = [scope for scope in Scope if scope.value in fields_of(form).getlist("scope")]
    standing = (one for one in users.users(site.store) if not one.is_removed)
    user = next((one for one in standing if str(one.id) == owner), None)
    if user is None or not scopes or not 1 <= len(name) <= 60 or not name.isprintable():
        problem = "Say what the token is for, in at most 60 characters, whose it is, and what it may do"
        return _people_page(request, site, problem=problem, field="token_name", status=422)
    secret = new_token()
    token = tokens.add_token(
        site.store,
        user.id,
        name=name,
        scopes=scopes,
        token_hash=hash_of(secret),
        who=person.name,
        now=site.clock(),
    )
    log.info("token made id=%s for user=%s by user=%s", token.id, user.id, person.user.id)
    return _people_page(request, site, made=MadeToken(token=token, secret=secret))


@router.post("/people/tokens/{token_id:int}/revoke")
def revoke_token(site: Here, person: Administrator, form: AdministratorForm, token_id: Number) -> Response:
    """Revoke a token."""
    tokens.revoke_token(site.store, token_id, now=site.clock())
    log.info("token revoked id=%s by user=%s", token_id, person.user.id)
    return RedirectResponse("/people", 303)
