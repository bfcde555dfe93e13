"""Help and the accessibility statement."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from review.signin import NotSignedInError, Reader, person_of
from review.site import Here, page

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
