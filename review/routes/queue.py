"""The queue of messages: filters, search, paging, and confirming several at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from review.drawing import saved_before
from review.filters import UNREADABLE, chips, filter_of, pairs_of, query_of, unreadable
from review.lists import (
    CHECKED,
    DISAGREEING,
    NEEDS_A_PERSON,
    PENDING,
    REVIEWED,
    flagged_for,
    queue_lines,
    ready_made,
)
from review.signin import Reader, Reviewer, ReviewerForm, fields_of
from review.site import Here, Site, page
from review.times import LONDON
from review.words import queue_words
from storage import reviews, setaside, users
from storage.errors import NoSuchMessage
from storage.flags import flags_up
from storage.records import QueueFilter, ReviewState, SetAside
from storage.reviews import Place

router = APIRouter()
EMPTY = {  # what an empty list means, where that is sure
    PENDING: "No message is pending.",
    NEEDS_A_PERSON: "No message needs a person.",
    CHECKED: "No message waits for a random check.",
    REVIEWED: "No message has been reviewed yet.",
    DISAGREEING: "The rules disagree with no decision.",
}
NONE_FLAGGED = "No message is flagged for you."
MOST_AT_ONCE = 200
MOST_UNREAD = 50


@router.get("/")
def start(person: Reader) -> Response:
    """Go to what is to be reviewed."""
    return RedirectResponse(f"/messages{query_of(PENDING)}", 303)


@router.get("/messages")
def queue(request: Request, site: Here, person: Reader, after: str = "") -> Response:
    """Show one page of the messages of a filter; a form's empty fields are taken out of the address."""
    chosen, typed = filter_of(request.query_params), unreadable(request.query_params)
    if any(not value for value in request.query_params.values()):
        return RedirectResponse(f"/messages{query_of(chosen, **typed)}", 303)
    flagged = flags_up(site.store)
    found = reviews.queue(site.store, chosen, after=after, limit=site.options.page_size)
    return page(
        request,
        "queue.html",
        chosen=chosen,
        typed=typed,
        problems={name: UNREADABLE[name] for name in typed},
        chips=chips(chosen, site.catalogue, site.options.mailbox_name),
        query=query_of(chosen),
        pairs=pairs_of(chosen),
        empty=_empty_words(chosen, person.name),
        others=found.count > 0,  # on other pages, where this one has none
        rows=queue_lines(found.rows, site),
        is_one_state=len(chosen.states) == 1,
        all_ticked=request.query_params.get("tick") == "all",
        here=query_of(chosen, after=after),
        here_ticked=query_of(chosen, after=after, tick="all"),
        count=f"{found.count:,}{'' if found.count_is_exact else '+'}",
        next_page=query_of(chosen, after=found.after) if found.after else "",
        first_page=not after,
        catalogue=site.catalogue,
        finished=request.query_params.get("end") == "yes",
        saved=saved_before(request, site),
        views=ready_made(person, site),
        colleagues=sorted({*users.colleagues(site.store), *flagged}),
        places=places_of(reviews.places(site.store)),
        unread=_unread(site, chosen) if chosen.set_aside and not after else (),
    )


def places_of(places: Iterable[Place]) -> dict[str, list[str]]:
    """Give the choices of the form: every mailbox, every folder, each once."""
    known = list(places)
    return {
        "account": sorted({place.account for place in known if place.account}),
        "folder": sorted({place.folder for place in known if place.folder}),
    }


def _unread(site: Site, chosen: QueueFilter) -> list[SetAside]:
    """Give what still cannot be read, of the chosen mailbox, folder and month; other filters say nothing of it."""
    return [
        item
        for item in setaside.set_aside_list(site.store)
        if chosen.account in ("", item.slot.account)
        and chosen.folder in ("", item.slot.folder)
        and chosen.month in ("", f"{item.arrived_at.astimezone(LONDON):%Y-%m}")
    ][:MOST_UNREAD]


def _empty_words(chosen: QueueFilter, name: str) -> str:
    """Say what it means that a list is empty, where that is sure."""
    words = chosen.words.split()
    if words and all(word.startswith("-") for word in words):
        return "Name a word to look for as well: words to leave out alone find nothing."
    return EMPTY.get(chosen, NONE_FLAGGED if chosen == flagged_for(name) else "")


@router.get("/messages/confirm")
def confirmed_page(person: Reader) -> Response:
    """Go to the list when somebody reloads after a confirmation: nothing is confirmed by it."""
    return start(person)


@router.post("/messages/confirm")
def confirm_many(request: Request, site: Here, person: Reviewer, form: ReviewerForm) -> Response:
    """Confirm the ticked messages as they stand, and list exactly what was done and what was not."""
    fields = fields_of(form)
    chosen = [pair for pair in map(_pair, fields.getlist("message")[:MOST_AT_ONCE]) if pair]
    result = reviews.confirm_many(site.store, chosen, who=person.name, now=site.clock())
    lines = {number: _line(site, number) for number, _ in chosen}
    left = [lines[number] for number in result.refused]
    return page(
        request,
        "confirmed.html",
        done=[lines[number] for number in result.done],
        bulk=result.bulk,
        flagged=[line for line in left if line.flagged_for],
        drawn=[line for line in left if line.is_drawn and not line.flagged_for],
        refused=[line for line in left if not (line.is_drawn or line.flagged_for)],
        query=query_of(filter_of(fields)),
    )


def _pair(text: str) -> tuple[int, int] | None:
    number, _, version = text.partition(":")
    both = number.isascii() and version.isascii() and number.isdigit() and version.isdigit()
    return (int(number), int(version)) if both and max(len(number), len(version)) < 16 else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A message that was to be confirmed, as it stands now; `tags` in words."""

    id: int
    subject: str
    tags: tuple[str, ...] = ()
    flagged_for: str = ""
    is_drawn: bool = False  # it waits for a random check


def _line(site: Site, number: int) -> Line:
    try:
        message = reviews.message(site.store, number)
    except NoSuchMessage:
        return Line(id=number, subject="no such message")
    tags = queue_words(message.tags, site.catalogue)
    is_drawn = message.random_check and message.state is ReviewState.PENDING
    return Line(id=number, subject=message.subject, tags=tags, flagged_for=message.flagged_for, is_drawn=is_drawn)
