"""What the machine did: runs, and the messages it could not read."""

import logging
from collections.abc import Callable

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from review.callables import Previewed, Repair, Retried
from review.routes.message import attachment
from review.signin import Person, Reader, Reviewer, ReviewerForm, text_of
from review.site import Here, Number, Site, page
from review.words import size_words
from storage import ledger, reviews, runs, setaside
from storage.ledger import LedgerRow
from storage.records import QueueFilter, SetAside

log = logging.getLogger(__name__)
router = APIRouter()
SHOWN_BYTES = 20_000
LEDGER_DAYS = 31
CHARSETS = (
    "utf-8",
    "windows-1252",
    "iso-8859-15",
    "windows-1250",
    "windows-1251",
    "windows-1253",
    "windows-1254",
    "windows-1256",
    "koi8-r",
    "macintosh",
    "cp850",
    "utf-16",
    "utf-7",
    "iso-2022-jp",
    "shift_jis",
    "euc-kr",
    "gb18030",
    "big5",
)


@router.get("/runs")
def runs_page(request: Request, site: Here, person: Reader) -> Response:
    """Show the last runs and what is held."""
    return page(
        request, "runs.html", runs=runs.runs(site.store, now=site.clock()), counts=runs.status_counts(site.store)
    )


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
    once = reviews.queue(site.store, QueueFilter(set_aside=True), limit=1)
    items = [(item, size_words(item.size) if item.size else "not known") for item in found]
    return page(request, "set_aside.html", items=items, once=once.count)


@router.get("/set-aside/{item_id:int}")
def set_aside_item(
    request: Request, site: Here, person: Reader, item_id: Number, charset: str = "", preview: str = ""
) -> Response:
    """Show the bytes and the error side by side; with `preview` also what it says in a charset."""
    item = setaside.set_aside_one(site.store, item_id)
    log.info("looked at set-aside id=%s user=%s", item.id, person.user.id)
    wanted = bool(preview) and item.holds_mail and site.repair is not None
    seen = site.repair.preview(item.id, known(charset)) if wanted and site.repair else None
    return _item_page(request, site, item, charset=known(charset), preview=seen)


def known(charset: str) -> str:
    """Give a charset that the page offers, "" for any other."""
    return charset if charset in CHARSETS else ""


def _item_page(
    request: Request,
    site: Site,
    item: SetAside,
    *,
    retry_error: str = "",
    charset: str = "",
    preview: Previewed | None = None,
    status: int = 200,
) -> Response:
    raw = setaside.set_aside_raw(site.store, item.id) if item.holds_mail else b""
    return page(
        request,
        "set_aside_item.html",
        status,
        item=item,
        size=size_words(item.size),
        shown=visible(raw[:SHOWN_BYTES]),
        cut=max(0, len(raw) - SHOWN_BYTES),
        can_repair=site.repair is not None,
        retry_error=retry_error,
        charsets=CHARSETS,
        charset=charset,
        preview=preview,
        preview_text=preview.text[:SHOWN_BYTES] if preview else "",
    )


def visible(raw: bytes) -> str:
    """Write bytes so that each can be seen: what is not printable ASCII as \\xNN, line ends as they are."""
    text = raw.decode("ascii", "backslashreplace").replace("\r\n", "\n")
    return "".join(char if char.isprintable() or char in "\n\t" else f"\\x{ord(char):02x}" for char in text)


@router.get("/set-aside/{item_id:int}/raw")
def set_aside_raw(site: Here, person: Reader, item_id: Number) -> Response:
    """Give the bytes as a file to keep."""
    item = setaside.set_aside_one(site.store, item_id)
    log.info("looked at the bytes of set-aside id=%s user=%s", item.id, person.user.id)
    return attachment(setaside.set_aside_raw(site.store, item.id), f"set-aside-{item.id}.eml")


@router.post("/set-aside/{item_id:int}/retry")
def retry(request: Request, site: Here, person: Reviewer, form: ReviewerForm, item_id: Number) -> Response:
    """Try again to read a message, in the charset chosen; when it works it joins the queue."""
    charset = known(text_of(form, "charset"))
    return _repaired(request, site, person, item_id, "retried", lambda repair, id_: repair.retry(id_, charset))


@router.post("/set-aside/{item_id:int}/file")
def file_by_hand(request: Request, site: Here, person: Reviewer, form: ReviewerForm, item_id: Number) -> Response:
    """File a message unread; it joins the queue for a person to decide upon."""
    return _repaired(request, site, person, item_id, "filed by hand", lambda repair, id_: repair.file_by_hand(id_))


def _repaired(
    request: Request, site: Site, person: Person, item_id: int, what: str, work: Callable[[Repair, int], Retried]
) -> Response:
    item = setaside.set_aside_one(site.store, item_id)
    if site.repair is None:
        raise HTTPException(404)
    result = work(site.repair, item.id)
    log.info("%s set-aside id=%s user=%s worked=%s", what, item.id, person.user.id, result.message_id is not None)
    if result.message_id is None:
        again = setaside.set_aside_one(site.store, item_id)
        return _item_page(request, site, again, retry_error=result.error, status=422)
    return RedirectResponse(f"/messages/{result.message_id}", 303)
