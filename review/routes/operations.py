"""What the machine did: runs, and the messages it could not read."""

import logging

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from review.routes.message import attachment
from review.signin import Reader, Reviewer, ReviewerForm
from review.site import Here, Number, Site, page
from review.words import size_words
from storage import ledger, runs, setaside
from storage.ledger import LedgerRow
from storage.records import SetAside

log = logging.getLogger(__name__)
router = APIRouter()
SHOWN_BYTES = 20_000
LEDGER_DAYS = 31


@router.get("/runs")
def runs_page(request: Request, site: Here, person: Reader) -> Response:
    """Show the last runs and what is held."""
    return page(request, "runs.html", runs=runs.runs(site.store, now=site.clock()), counts=runs.status_counts(site.store))


@router.get("/ledger")
def ledger_page(request: Request, site: Here, person: Reader, account: str = "") -> Response:
    """Show, day by day and folder by folder, what the server held and what is held here."""
    days: dict[str, list[LedgerRow]] = {}
    for row in ledger.ledger_rows(site.store, account=account.replace("\0", ""), days=LEDGER_DAYS):
        days.setdefault(row.day, []).append(row)
    return page(request, "ledger.html", days=list(days.items()), shown=LEDGER_DAYS)


@router.get("/set-aside")
def set_aside_page(request: Request, site: Here, person: Reader) -> Response:
    """List the messages that could not be read."""
    found = setaside.set_aside_list(site.store)
    return page(request, "set_aside.html", items=[(item, size_words(item.size)) for item in found])


@router.get("/set-aside/{item_id:int}")
def set_aside_item(request: Request, site: Here, person: Reader, item_id: Number, error: str = "") -> Response:
    """Show the bytes and the error side by side."""
    return _item_page(request, site, setaside.set_aside_one(site.store, item_id))


def _item_page(request: Request, site: Site, item: SetAside, *, retry_error: str = "", status: int = 200) -> Response:
    raw = b"" if item.too_large else setaside.set_aside_raw(site.store, item.id)
    return page(
        request,
        "set_aside_item.html",
        status,
        item=item,
        size=size_words(item.size),
        shown=visible(raw[:SHOWN_BYTES]),
        cut=max(0, len(raw) - SHOWN_BYTES),
        can_retry=site.retry is not None,
        retry_error=retry_error,
    )


def visible(raw: bytes) -> str:
    """Write bytes so that each can be seen: what is not printable ASCII as \\xNN, line ends as they are."""
    text = raw.decode("ascii", "backslashreplace").replace("\r\n", "\n")
    return "".join(char if char.isprintable() or char in "\n\t" else f"\\x{ord(char):02x}" for char in text)


@router.get("/set-aside/{item_id:int}/raw")
def set_aside_raw(site: Here, person: Reader, item_id: Number) -> Response:
    """Give the bytes as a file to keep."""
    item = setaside.set_aside_one(site.store, item_id)
    return attachment(setaside.set_aside_raw(site.store, item.id), f"set-aside-{item.id}.eml")


@router.post("/set-aside/{item_id:int}/retry")
def retry(request: Request, site: Here, person: Reviewer, form: ReviewerForm, item_id: Number) -> Response:
    """Try again to read a message; when it works it joins the queue."""
    item = setaside.set_aside_one(site.store, item_id)
    if site.retry is None:
        raise HTTPException(404)
    result = site.retry(item.id)
    log.info("retried set-aside id=%s user=%s worked=%s", item.id, person.user.id, result.message_id is not None)
    if result.message_id is None:
        return _item_page(
            request, site, setaside.set_aside_one(site.store, item_id), retry_error=result.error, status=422
        )
    return RedirectResponse(f"/messages/{result.message_id}", 303)
