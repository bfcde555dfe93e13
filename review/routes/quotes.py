"""The quotes of a month: read as the public edition would print them, then approved or withdrawn."""

import logging

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from review.callables import PublicQuotes
from review.filters import MONTH, number_of
from review.quotes import quoted_views
from review.routes.months import newest_month
from review.signin import Person, Reader, Reviewer, ReviewerForm, text_of
from review.site import Here, Number, Site, page
from review.times import month_bounds
from storage import reviews
from storage.errors import NotDecided, StaleDecision
from storage.quotes import QuotedMessage, quoted_messages

log = logging.getLogger(__name__)
router = APIRouter(prefix="/quotes")
MOST_SHOWN = 50  # messages on a page
OVERTAKEN = "Somebody has changed this message since you opened the page. Look at its quotes again."


def quotes_of(site: Site) -> PublicQuotes:
    """Give what strikes quotes out, or say that there is no such page."""
    if site.quotes is None:
        raise HTTPException(404)
    return site.quotes


@router.get("")
def this_month(person: Reader, site: Here, month: str = "") -> Response:
    """Go to the month asked for, else to that of the newest message."""
    return RedirectResponse(f"/quotes/{month if MONTH.fullmatch(month) else newest_month(site)}", 303)


@router.get("/{month}")
def month_quotes(
    request: Request, site: Here, person: Reader, month: str, show: str = "published", turn: int = 1, saved: int = 0
) -> Response:
    """Show the quotes that are to be published, or those that are not."""
    quotes_of(site)
    if not MONTH.fullmatch(month):
        raise HTTPException(404)
    found = quoted_messages(site.store, *month_bounds(month))
    return _page(request, site, person, found, month=month, show=show, turn=turn, saved=saved)


def _page(
    request: Request,
    site: Site,
    person: Person,
    found: tuple[QuotedMessage, ...],
    *,
    month: str,
    show: str,
    turn: int,
    saved: int,
) -> Response:
    wanted = [one for one in found if one.published == (show != "open")]
    turn = max(1, min(turn, (len(wanted) + MOST_SHOWN - 1) // MOST_SHOWN))
    shown = wanted[(turn - 1) * MOST_SHOWN : turn * MOST_SHOWN]
    reviews.record_looks(site.store, [one.id for one in shown], who=person.name, what="quotes", now=site.clock())
    return page(
        request,
        "quotes.html",
        month=month,
        show="open" if show == "open" else "published",
        counts={"published": sum(one.published for one in found), "open": sum(not one.published for one in found)},
        views=quoted_views(shown, site.catalogue, quotes_of(site).struck),
        turn=turn,
        more=turn * MOST_SHOWN < len(wanted),
        saved=next((one for one in found if one.id == saved), None),
    )


@router.post("/{month}/{message_id:int}")
def allow(
    request: Request, site: Here, person: Reviewer, form: ReviewerForm, month: str, message_id: Number
) -> Response:
    """Approve the quotes of a message for publication, or withdraw them: from the files of issues as well."""
    outside, published = quotes_of(site), text_of(form, "do") == "publish"
    if not MONTH.fullmatch(month):
        raise HTTPException(404)
    try:
        _allow(site, person, message_id, text_of(form, "version"), published=published)
    except (StaleDecision, NotDecided) as refused:
        words = OVERTAKEN if isinstance(refused, StaleDecision) else str(refused)
        return page(request, "sorry.html", 409, title="Nothing was changed", words=words)
    if not published:
        outside.withdraw(message_id)
    show = "open" if published else "published"  # the list they were in: the next of it is what is wanted
    return RedirectResponse(f"/quotes/{month}?show={show}&saved={message_id}", 303)


def _allow(site: Site, person: Person, message_id: int, version: str, *, published: bool) -> None:
    seen = number_of(version)
    reviews.allow_quotes(site.store, message_id, version=seen, who=person.name, published=published, now=site.clock())
    log.info("quotes of id=%s user=%s published=%s", message_id, person.user.id, published)
