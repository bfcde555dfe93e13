"""Sign in, sign out, one's own settings."""

import hmac
import logging
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from review import passwords
from review.news import is_news, mark_of
from review.proxied import proxied_name
from review.signin import (
    MOST_FIELDS,
    TOKEN_FIELD,
    ForgedFormError,
    Reader,
    ReaderForm,
    cookie_name,
    fields_of,
    form_token,
    let_in,
    local_path,
    new_session,
    set_cookie,
    text_of,
)
from review.signon import NotAdmittedError, admit_by_name
from review.site import Here, Site, page
from review.tokens import hash_of
from storage import attempts, users

log = logging.getLogger(__name__)
router = APIRouter()
FORM_COOKIE = "statshop-sign-in"
OWN_FIELDS = (TOKEN_FIELD, "next", "name", "password")  # of the sign-in form; others are a decision that it holds
Held = Sequence[tuple[str, str]]
WRONG = "Enter the name and password of somebody who may sign in"
TOO_MANY = "Too many wrong passwords for this name. Wait {minutes} minutes, then try again."


@router.get("/sign-in")
def sign_in_page(request: Request, site: Here, next: str = "/", out: str = "") -> Response:
    """Ask for name and password; whom a proxy has signed in comes in at once, unless they have just gone out."""
    name = proxied_name(request, site.options.proxy)
    if name and not out:
        return _by_proxy(request, site, name, local_path(next))
    return sign_in_form(request, site, going_to=local_path(next))


def _by_proxy(request: Request, site: Site, name: str, going_to: str) -> Response:
    try:
        user = admit_by_name(site.store, name, unknown=site.options.proxy.unknown if site.options.proxy else "refuse")
    except NotAdmittedError as refused:
        log.warning("sign-in by proxy: not admitted")
        words = f"You are signed in as {refused.name}. {refused.reason} Ask an administrator."
        return page(request, "sorry.html", 403, title="You were not signed in", words=words)
    return let_in(site, user, going_to)


def sign_in_form(
    request: Request,
    site: Site,
    *,
    going_to: str,
    name: str = "",
    problem: str = "",
    status: int = 200,
    held: Held = (),
) -> Response:
    """Ask for name and password; `held` are the fields of a decision that nobody was signed in to make."""
    secret = request.cookies.get(FORM_COOKIE, "") or secrets.token_urlsafe(32)
    response = page(
        request,
        "sign_in.html",
        status,
        going_to=going_to,
        name=name,
        problem=problem,
        held=held,
        sign_in_token=form_token(secret),
        sign_on=site.sign_on.label if site.sign_on else "",
    )
    set_cookie(response, site.options, FORM_COOKIE, secret)
    return response


async def _signing_in(request: Request) -> FormData:
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    expected = form_token(request.cookies.get(FORM_COOKIE, ""))
    if not hmac.compare_digest(str(form.get(TOKEN_FIELD, "")).encode(), expected.encode()):
        raise ForgedFormError
    return form


@router.post("/sign-in")
def sign_in(request: Request, site: Here, form: Annotated[FormData, Depends(_signing_in)]) -> Response:
    """Check name and password; a name with too many failures waits, those counted that are being checked.

    A decision that the form holds is sent on with it (307), to be shown again.
    """
    name, going_to, held = text_of(form, "name"), local_path(text_of(form, "next")), held_of(form)
    attempt = _attempt(site, name)
    if attempt is None:
        problem = TOO_MANY.format(minutes=site.options.failed_sign_in_minutes)
        return sign_in_form(request, site, going_to=going_to, name=name, problem=problem, status=429, held=held)
    password = form.get("password", "")
    user = users.user_named(site.store, name)
    right = passwords.verify_password(user.password_hash if user else None, str(password)[:1000])
    if user is None or not right:
        log.warning("sign-in refused")
        return sign_in_form(request, site, going_to=going_to, name=name, problem=WRONG, status=403, held=held)
    attempts.attempt_succeeded(site.store, attempt)
    response = let_in(site, user, going_to, 307 if held else 303)
    response.delete_cookie(FORM_COOKIE, path="/", httponly=True, samesite="lax")
    return response


def held_of(form: FormData) -> Held:
    """Give the fields of a decision that a form holds, without those of the sign-in."""
    return [(name, value) for name, value in fields_of(form).multi_items() if name not in OWN_FIELDS]


def _attempt(site: Site, name: str) -> int | None:
    now = site.clock()
    since = now - timedelta(minutes=site.options.failed_sign_in_minutes)
    return attempts.begin_attempt(site.store, name, since=since, most=site.options.failed_sign_ins, now=now)


@router.post("/sign-out")
def sign_out(request: Request, site: Here, person: Reader, form: ReaderForm) -> Response:
    """End this session, here and in the store."""
    users.close_session(site.store, hash_of(request.cookies[cookie_name(site.options)]))
    response = RedirectResponse("/sign-in?out=yes", 303)
    secure = site.options.secure_cookies  # without it a browser refuses to touch a `__Host-` cookie
    response.delete_cookie(cookie_name(site.options), path="/", httponly=True, samesite="lax", secure=secure)
    return response


@router.get("/account")
def account(request: Request, site: Here, person: Reader, saved: str = "") -> Response:
    """Show one's own settings, and that they were saved where this session did so just now."""
    return page(request, "account.html", saved=is_news(saved, person.token, site.clock()), problem="")


@router.post("/account/keys")
def switch_keys(site: Here, person: Reader, form: ReaderForm) -> Response:
    """Switch one's single-key shortcuts on or off (WCAG 2.1.4)."""
    users.set_keys_enabled(site.store, person.user.id, text_of(form, "keys") == "on")
    return _saved(site, person.token)


@router.post("/account/password")
def change_password(request: Request, site: Here, person: Reader, form: ReaderForm) -> Response:
    """Change one's own password; the present one is asked for, and may be wrong no oftener than at the sign-in."""
    present, new = str(form.get("present", "")), str(form.get("new", ""))
    attempt = _attempt(site, person.name)
    if attempt is None:
        problem = TOO_MANY.format(minutes=site.options.failed_sign_in_minutes)
        return page(request, "account.html", 429, saved=False, problem=problem)
    problem = passwords.password_problem(new, person.name)
    if not passwords.verify_password(person.user.password_hash, present[:1000]):
        problem = "Enter your present password"
    else:
        attempts.attempt_succeeded(site.store, attempt)
    if problem:
        return page(request, "account.html", 422, saved=False, problem=problem)
    users.set_password_hash(site.store, person.user.id, passwords.hash_password(new))
    secret = new_session(site, person.user)
    response = _saved(site, form_token(secret))
    set_cookie(response, site.options, cookie_name(site.options), secret)
    return response


def _saved(site: Site, token: str) -> Response:
    return RedirectResponse(f"/account?saved={mark_of(token, site.clock())}", 303)
