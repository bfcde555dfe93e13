"""Single sign-on: to the department's provider and back."""

import base64
import binascii
import logging
import secrets

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from review.options import PageOptions
from review.signin import let_in, local_path, set_cookie
from review.signon import NotAdmittedError, SignOnRefusedError, SignOnUnavailableError, admit
from review.site import Here, Site, page

log = logging.getLogger(__name__)
router = APIRouter(prefix="/sign-in")


def ongoing_cookie(options: PageOptions) -> str:
    """Name the cookie that lives while somebody is at the provider."""
    return "__Host-statshop-sign-on" if options.secure_cookies else "statshop-sign-on"


@router.get("/department")
def begin(request: Request, site: Here, next: str = "/") -> Response:
    """Send the browser to the provider."""
    if site.sign_on is None:
        raise HTTPException(404)
    secret = secrets.token_urlsafe(32)
    try:
        address = site.sign_on.begin(secret)
    except (SignOnUnavailableError, SignOnRefusedError) as error:
        return _unavailable(request, error)
    response = RedirectResponse(address, 303)
    going_to = base64.urlsafe_b64encode(local_path(next).encode()).decode()
    set_cookie(response, site.options, ongoing_cookie(site.options), f"{secret}.{going_to}")
    return response


@router.get("/return")
def come_back(request: Request, site: Here) -> Response:
    """Take the browser back from the provider, and let in whom it vouches for."""
    if site.sign_on is None:
        raise HTTPException(404)
    secret, _, going_to = request.cookies.get(ongoing_cookie(site.options), "").partition(".")
    try:
        if not secret:
            raise SignOnRefusedError("nobody was signing in")
        identity = site.sign_on.finish(secret, request.url.query)
        user = admit(site.store, identity, site.options.admission)
    except SignOnUnavailableError as error:
        return _ended(site, _unavailable(request, error))
    except SignOnRefusedError as refused:
        log.warning("single sign-on refused: %s", refused.why)
        return _ended(site, _sorry(request, "You were not signed in, or it took too long. Sign in again."))
    except NotAdmittedError as refused:
        log.warning("single sign-on: not admitted")
        words = f"You are signed in there as {refused.name}. {refused.reason} Ask an administrator."
        return _ended(site, _sorry(request, words))
    return _ended(site, let_in(site, user, _read(going_to)))


def _read(going_to: str) -> str:
    try:
        return local_path(base64.urlsafe_b64decode(going_to.encode()).decode())
    except (binascii.Error, UnicodeError):
        return "/"


def _ended(site: Site, response: Response) -> Response:
    response.delete_cookie(
        ongoing_cookie(site.options), path="/", secure=site.options.secure_cookies, httponly=True, samesite="lax"
    )
    return response


def _sorry(request: Request, words: str) -> Response:
    return page(request, "sorry.html", 403, title="You were not signed in", words=words)


def _unavailable(request: Request, error: Exception) -> Response:
    log.error("single sign-on: the provider cannot be asked: %s", error)
    words = "The sign-in of your organisation does not answer. Try again in a few minutes."
    return page(request, "sorry.html", 503, title="Sorry, there is a problem", words=words)
