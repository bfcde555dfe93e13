"""The second reader: what somebody else decided is read again, without being told what they decided."""

import logging

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from review.drawing import blind_page, read_before
from review.forms import Answer, Draft, answer_of, draft_of_form
from review.routes.decide import SIGNED_IN_ANEW
from review.routes.message import note_look
from review.signin import Person, Reviewer, ReviewerDraft, ReviewerForm
from review.site import Here, Number, Site, page
from review.view import blind
from review.words import second_view
from storage import reviews, second
from storage.errors import NoSuchMessage, SecondReadingRefused, StorageError

log = logging.getLogger(__name__)
router = APIRouter(prefix="/second-reading")
NOT_SAVED = "Your answer was not saved. It is still in the form: try again in a moment."
NOT_UNDONE = "A second reading can be undone for five minutes, by who has not looked at the message since."
MOST_SHOWN = 30


@router.get("")
def waiting(request: Request, site: Here, person: Reviewer, done: str = "") -> Response:
    """List what this person is asked to read a second time, and what two people read differently."""
    found = second.to_read(site.store, person.name)
    latest, now = second.latest_second_readings(site.store), site.clock()
    read = [one for one in latest if not (one.agrees or second.is_fresh(one, person.name, now))][:MOST_SHOWN]
    return page(
        request,
        "second.html",
        rows=found.rows,
        count=f"{found.count:,}{'' if found.count_is_exact else '+'}",
        done=done == "yes",
        saved=read_before(request, site),
        hidden=any(second.is_fresh(one, person.name, now) for one in latest),
        differing=[(second_view(one, site.catalogue), _subject(site, one.message_id)) for one in read],
    )


def _subject(site: Site, message_id: int) -> str:
    return reviews.message(site.store, message_id).subject


@router.get("/{message_id:int}")
def show(request: Request, site: Here, person: Reviewer, message_id: Number) -> Response:
    """Show a message as if nobody had said anything of it."""
    message = reviews.message(site.store, message_id)
    if not second.waits_for(site.store, message_id, person.name):
        return _refused(request, SecondReadingRefused(message_id))
    note_look(site, person, message_id, "second reading")
    return blind_page(request, site, message, Draft())


@router.get("/{message_id:int}/next")
def skip(site: Here, person: Reviewer, message_id: Number) -> Response:
    """Go on to the next without an answer."""
    return _go_on(site, person, message_id)


@router.post("/{message_id:int}")
def answer(request: Request, site: Here, person: Reviewer, sent: ReviewerDraft, message_id: Number) -> Response:
    """Keep the answer beside the first one and go on; whatever goes wrong, what was chosen stays on the page."""
    message, draft = reviews.message(site.store, message_id), draft_of_form(sent.fields)
    if not sent.is_of_session:
        return blind_page(request, site, message, draft, status=403, failure=SIGNED_IN_ANEW)
    given = answer_of(draft, blind(message), site.catalogue, person.name)
    if not isinstance(given, Answer):
        return blind_page(request, site, message, draft, status=422, problems=given)
    try:
        second.save_second_reading(site.store, message_id, who=person.name, tags=given.tags, now=site.clock())
    except (SecondReadingRefused, NoSuchMessage) as refused:
        return _refused(request, refused)
    except StorageError:
        log.exception("second reading not saved id=%s", message_id)
        return blind_page(request, site, message, draft, status=503, failure=NOT_SAVED)
    return _go_on(site, person, message_id, saved=f"saved={message_id}")


@router.get("/{message_id:int}/undo")
def undone_page(person: Reviewer, message_id: Number) -> Response:
    """Go to the list when somebody reloads after an undo."""
    return RedirectResponse("/second-reading", 303)


@router.post("/{message_id:int}/undo")
def undo(request: Request, site: Here, person: Reviewer, form: ReviewerForm, message_id: Number) -> Response:
    """Take back what this person answered just now, and show the message to be read again."""
    if not second.undo_second_reading(site.store, message_id, who=person.name, now=site.clock()):
        return page(request, "sorry.html", 409, title="Not undone", words=NOT_UNDONE)
    return RedirectResponse(f"/second-reading/{message_id}", 303)


def _go_on(site: Site, person: Person, message_id: int, saved: str = "") -> Response:
    following = second.next_to_read(site.store, person.name, message_id)
    if following is None:
        return RedirectResponse(f"/second-reading?done=yes{'&' if saved else ''}{saved}", 303)
    return RedirectResponse(f"/second-reading/{following}{'?' if saved else ''}{saved}", 303)


def _refused(request: Request, refused: StorageError) -> Response:
    return page(request, "sorry.html", 409, title="Nothing to read here", words=str(refused))
