"""Help, the accessibility statement, and whether the page is alive."""

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from review.signin import NotSignedInError, Reader, person_of
from review.site import Here, page
from storage.engine import check_health
from storage.errors import StorageError

router = APIRouter()


@router.get("/help")
def help_page(request: Request, person: Reader) -> Response:
    """Explain the page and its keys."""
    return page(request, "help.html")


@router.get("/accessibility")
def accessibility(request: Request, site: Here) -> Response:
    """Show the accessibility statement, to anybody."""
    try:
        person_of(request, site)
    except NotSignedInError:
        request.state.person = None
    return page(request, "accessibility.html")


@router.get("/healthz")
def alive() -> Response:
    """Say that the process answers."""
    return PlainTextResponse("ok")


@router.get("/readyz")
def ready(site: Here) -> Response:
    """Say whether the store can be reached."""
    try:
        check_health(site.store)
    except StorageError:
        return PlainTextResponse("the store cannot be reached", 503)
    return PlainTextResponse("ok")
