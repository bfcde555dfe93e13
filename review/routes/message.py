"""One message: its page, its original HTML in a sandbox, its bytes."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from review.drawing import message_page
from review.filters import filter_of, query_of, trail_of
from review.foreign import harmless
from review.forms import draft_of_message
from review.security import FOREIGN_POLICY
from review.signin import Person, Reader
from review.site import Here, Number, Site, page
from storage import messages, reviews

router = APIRouter(prefix="/messages/{message_id:int}")


@router.get("")
def show(request: Request, site: Here, person: Reader, message_id: Number) -> Response:
    """Show a message with the form to decide it."""
    message = reviews.message(site.store, message_id)
    note_look(site, person, message_id, "message")
    return message_page(request, site, message, draft_of_message(message))


def note_look(site: Site, person: Person, message_id: int, what: str) -> None:
    """Write down who looked at what, without content."""
    reviews.record_look(site.store, message_id, who=person.name, what=what, now=site.clock())


@router.get("/next")
def skip(request: Request, site: Here, person: Reader, message_id: Number) -> Response:
    """Go on to the next message of the filter without a decision."""
    return go_on(request, site, message_id)


def go_on(request: Request, site: Site, message_id: int, **more: str | int) -> Response:
    """Redirect to the message after this one in the reader's filter, or to the list's end."""
    return to_message(request, reviews.next_in(site.store, filter_of(request.query_params), message_id), **more)


def to_message(request: Request, following: int | None, **more: str | int) -> Response:
    """Redirect to a message of the reader's filter, or where it is None to the list's end."""
    if following is None:
        return RedirectResponse(f"/messages{query_of(filter_of(request.query_params), end='yes', **more)}", 303)
    return RedirectResponse(f"/messages/{following}{trail_of(request.query_params, **more)}", 303)


@router.get("/company")
def company(request: Request, site: Here, person: Reader, message_id: Number, version: int = 0) -> Response:
    """Say who else looks at this message, and whether it changed since it was opened."""
    others = site.company.arrive(message_id, person.name, site.clock())
    message = reviews.message(site.store, message_id)
    changed, query = message.version != version, trail_of(request.query_params)
    return page(request, "_company.html", others=others, changed=changed, message=message, query=query)


@router.get("/original")
def original(request: Request, site: Here, person: Reader, message_id: Number) -> Response:
    """Show the HTML as it was sent, in a frame that can do nothing."""
    message = reviews.message(site.store, message_id)
    return page(request, "original.html", message=message, query=trail_of(request.query_params))


@router.get("/original.html")
def original_html(site: Here, person: Reader, message_id: Number) -> Response:
    """Give the frame's content: no script, no request, no form."""
    html = harmless(reviews.message(site.store, message_id).html)
    note_look(site, person, message_id, "html")
    headers = {"Content-Security-Policy": FOREIGN_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    return HTMLResponse(html or "<p>This message has no HTML.</p>", headers=headers)


@router.get("/raw")
def raw(site: Here, person: Reader, message_id: Number) -> Response:
    """Give the message as it was received, to keep as a file."""
    content = messages.raw_bytes(site.store, message_id)
    note_look(site, person, message_id, "raw")
    return attachment(content, f"message-{message_id}.eml")


def attachment(content: bytes, filename: str) -> Response:
    """Give bytes as a file to keep, which no browser opens in place."""
    headers = {
        "Content-Disposition": f'attachment; filename="{filename}"',
        "Content-Security-Policy": FOREIGN_POLICY,
    }
    return Response(content, media_type="application/octet-stream", headers=headers)
