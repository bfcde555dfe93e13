"""The API as an application of its own, under /api/v1 of the page: its routes, and its answers in JSON."""

from typing import Any

from fastapi import FastAPI, Request

from review.api import figures, messages, operations, quotes
from review.api.access import Given, any_token
from review.api.answers import ANSWERS, EVERYWHERE, missing, token_refused
from review.signin import NotSignedInError, person_of
from review.site import Here, Site
from storage.errors import NoSuchMessage, NoSuchSetAside, NoSuchToken, NoSuchUser

ADDRESS = "/api/v1"
ROUTERS = (messages, figures, quotes, operations)
ABOUT = (
    "Ask with a token: `Authorization: Bearer TOKEN`. An administrator makes tokens on the page *People*, or with "
    "`statshop user token NAME --scope read`. What a script does, it does in its person's name."
)


def create_api(site: Site) -> FastAPI:
    """Make the API over the page's parts."""
    api = FastAPI(
        title=f"{site.options.site_name}: API",
        version="1",
        description=ABOUT,
        servers=[{"url": ADDRESS}],
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    api.state.site = site
    for routes in ROUTERS:
        api.include_router(routes.router, responses=EVERYWHERE)
    api.add_api_route("/openapi.json", _schema, include_in_schema=False)
    for error, answer in ANSWERS:
        api.add_exception_handler(error, answer)
    for absent in (NoSuchMessage, NoSuchSetAside, NoSuchToken, NoSuchUser):
        api.add_exception_handler(absent, missing)
    api.add_exception_handler(NotSignedInError, token_refused)
    return api


def _schema(request: Request, site: Here, given: Given) -> dict[str, Any]:
    """Describe the API to whoever is signed in, by a token or on the page."""
    if given is None:
        person_of(request, site)
    else:
        any_token(request, site, given)
    api: FastAPI = request.app
    return api.openapi()
