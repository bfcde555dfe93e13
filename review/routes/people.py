"""Who may sign in: for administrators."""

import logging

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from review import passwords
from review.signin import ROLES, Administrator, AdministratorForm, Role, text_of
from review.site import Here, Number, Site, page
from storage import users

log = logging.getLogger(__name__)
router = APIRouter()


@router.get("/people")
def people(request: Request, site: Here, person: Administrator) -> Response:
    """List who may sign in, with a form to add somebody."""
    return _people_page(request, site)


def _people_page(
    request: Request, site: Site, *, problem: str = "", field: str = "", name: str = "", status: int = 200
) -> Response:
    return page(
        request,
        "people.html",
        status,
        people=users.users(site.store),
        roles=list(ROLES),
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
    users.add_user(site.store, name, passwords.hash_password(password), role)
    log.info("user added role=%s by user=%s", role, person.user.id)
    return RedirectResponse("/people", 303)


def _new_person_problem(site: Site, name: str, role: str, password: str) -> tuple[str, str]:
    if not 1 <= len(name) <= 60 or not name.isprintable():
        return "name", "Enter a name of at most 60 characters"
    if users.user_named(site.store, name) is not None:
        return "name", "Enter another name: somebody has this one"
    if role not in ROLES:
        return "role", "Choose a role"
    return "password", passwords.password_problem(password, name)


@router.post("/people/{user_id:int}/role")
def change_role(
    request: Request, site: Here, person: Administrator, form: AdministratorForm, user_id: Number
) -> Response:
    """Give somebody another role; nobody takes the administrator's role from themselves."""
    role = text_of(form, "role")
    if role not in ROLES or all(user.id != user_id for user in users.users(site.store)):
        raise HTTPException(404)
    if user_id == person.user.id and ROLES[role] < Role.ADMINISTRATOR:
        problem = "Ask another administrator to change your own role"
        return _people_page(request, site, problem=problem, field="people", status=422)
    users.set_role(site.store, user_id, role)
    log.info("role changed user=%s role=%s by user=%s", user_id, role, person.user.id)
    return RedirectResponse("/people", 303)
