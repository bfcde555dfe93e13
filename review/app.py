"""The page as an ASGI application: routes, guard, and what an error looks like."""

import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from classifiers.catalogue import Catalogue
from review import times
from review.api.answers import no
from review.api.app import ADDRESS, create_api
from review.callables import Explain, Finals, Numbers, PublicQuotes, QuotesNotWithdrawn, Repair, RuleBook
from review.options import PageOptions
from review.routes import (
    about,
    account,
    decide,
    explain,
    finals,
    jobs,
    message,
    monitoring,
    months,
    numbers,
    operations,
    people,
    queue,
    quotes,
    rules,
    second,
    signon,
)
from review.security import Guard, dress
from review.signin import MOST_FIELDS, ForgedFormError, NotAllowedError, NotSignedInError
from review.signon import SignOn
from review.site import STATIC, Site, page, site_of
from storage.engine import Store
from storage.errors import NoSuchMessage, NoSuchSetAside, NoSuchToken, NoSuchUser, RawGone, StorageError

log = logging.getLogger(__name__)
ROUTERS = (
    account,
    queue,
    decide,
    message,
    rules,
    second,
    months,
    finals,
    numbers,
    quotes,
    operations,
    people,
    jobs,
    explain,
    about,
    monitoring,
    signon,
)
# What a sign-in form holds until somebody is in.
DECISION = re.compile(r"/messages/\d+/(?:decide|flag)|/second-reading/\d+")
KEEP = "public, max-age=31536000, immutable"  # the address of a static file changes with its content


def create_app(
    store: Store,
    catalogue: Catalogue,
    options: PageOptions | None = None,
    *,
    catalogue_now: Callable[[], Catalogue] | None = None,
    explain: Explain | None = None,
    repair: Repair | None = None,
    rule_books: Mapping[str, RuleBook] | None = None,
    quotes: PublicQuotes | None = None,
    numbers: Numbers | None = None,
    finals: Finals | None = None,
    digest_files: Path | None = None,
    sign_on: SignOn | None = None,
    clock: Callable[[], datetime] = times.utc_now,
) -> FastAPI:
    """Make the review page over an opened store.

    `catalogue_now` gives the catalogue as the rules have it at each request. `explain` says what today's rules make of
    a text or an .eml, `repair` reads set-aside messages again, `rule_books` give the rules themselves: those of
    mailboxes that have their own by account, the usual ones under "". `quotes` strikes quotes out and withdraws them,
    `numbers` lists the messages behind a digest's number. Without them those pages are not offered. `digest_files` is
    the folder whose files are offered as digests, `finals` gives the months that could be issued as final ones, and
    issues them.
    """
    site = Site(
        store=store,
        catalogue=catalogue,
        options=options or PageOptions(),
        catalogue_now=catalogue_now,
        explain=explain,
        repair=repair,
        rule_books=rule_books or {},
        quotes=quotes,
        numbers=numbers,
        finals=finals,
        digest_files=digest_files,
        sign_on=sign_on,
        clock=clock,
    )
    return _page_of(site)


def _page_of(site: Site) -> FastAPI:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.site = site
    _add_routes(app)
    _answer_errors(app)
    app.mount(ADDRESS, create_api(site), name="api")
    app.add_middleware(Guard, allowed_hosts=site.options.allowed_hosts, max_body=site.options.max_upload_bytes)
    return app


def _add_routes(app: FastAPI) -> None:
    app.mount("/assets", Assets(directory=STATIC), name="assets")
    for routes in ROUTERS:
        app.include_router(routes.router)


class Assets(StaticFiles):
    """Static files that a browser may keep."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Add how long the file may be kept."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = KEEP if b"v=" in scope["query_string"] else "no-cache"
        return response


def _answer_errors(app: FastAPI) -> None:
    app.add_exception_handler(NotSignedInError, _not_signed_in)
    app.add_exception_handler(NotAllowedError, _not_allowed)
    app.add_exception_handler(ForgedFormError, _forged_form)
    app.add_exception_handler(RequestValidationError, _not_found)
    app.add_exception_handler(HTTPException, _http_error)
    for missing in (NoSuchMessage, NoSuchSetAside, NoSuchToken, NoSuchUser):
        app.add_exception_handler(missing, _not_found)
    app.add_exception_handler(RawGone, _raw_gone)
    app.add_exception_handler(QuotesNotWithdrawn, _not_withdrawn)
    app.add_exception_handler(StorageError, _storage_failed)
    app.add_exception_handler(Exception, _broken)


async def _not_signed_in(request: Request, error: Exception) -> Response:
    """Ask to sign in, and come back; under htmx the page stays, with what was typed on it. A decision is held."""
    if "hx-request" in request.headers:
        return Response(status_code=401)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method == "POST" and DECISION.fullmatch(request.url.path):
        held = account.held_of(await request.form(max_files=0, max_fields=MOST_FIELDS))
        if held:
            return await run_in_threadpool(account.sign_in_form, request, site_of(request), going_to=here, held=held)
    target = f"/sign-in?next={quote(here)}" if request.method == "GET" and here != "/" else "/sign-in"
    return RedirectResponse(target, 303)


def _not_allowed(request: Request, error: Exception) -> Response:
    words = f"{error} Ask an administrator."
    return page(request, "sorry.html", 403, title="You may not do this", words=words)


def _forged_form(request: Request, error: Exception) -> Response:
    words = "The page you sent had grown old, or did not come from here. Go back, reload it, and send it again."
    return page(request, "sorry.html", 403, title="Nothing was changed", words=words)


def _not_found(request: Request, error: Exception) -> Response:
    if request.url.path.startswith("/api/"):
        return no(404, "There is nothing at this address.")
    words = "If you typed the address, check it. If you followed a link, what it led to may be gone."
    return page(request, "sorry.html", 404, title="Page not found", words=words)


def _raw_gone(request: Request, error: Exception) -> Response:
    return page(request, "sorry.html", 410, title="Not held any more", words=str(error))


def _not_withdrawn(request: Request, error: Exception) -> Response:
    log.error("withdrawn quotes stand in files: %s", error)
    words = f"These quotes are withdrawn, but they still stand in files of digests: {error}"
    title = "Not withdrawn everywhere"
    return page(request, "sorry.html", 503, title=title, words=words, in_place_of_the_form=True)


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return _not_found(request, error)
    words = "This page cannot be asked for in this way."
    return page(request, "sorry.html", status, title="Sorry, that did not work", words=words)


def _storage_failed(request: Request, error: Exception) -> Response:
    log.error("store failed: %s", error)
    words = str(error) if "Nothing was" in str(error) else f"{error} Nothing was changed."
    return page(request, "sorry.html", 503, title="Sorry, there is a problem", words=words)


def _broken(request: Request, error: Exception) -> Response:
    """Say in words that the program has a mistake; the server logs it. No middleware dresses this answer."""
    words = (
        "The page ran into a mistake of its own. If you were saving something, go back and see whether it was saved. "
        "The log says what happened: tell whoever looks after this page."
    )
    response = page(request, "sorry.html", 500, title="Sorry, there is a problem", words=words)
    dress(response.headers, request.state.nonce)
    return response
