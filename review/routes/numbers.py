"""The messages behind a number of a digest: where the numbers of an internal edition link to."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import Response

from review.callables import NumberAsked
from review.filters import MONTH
from review.signin import Reader
from review.site import Here, page
from storage import reviews

router = APIRouter()
SHOWN = 1000  # messages of one number that are listed


@router.get("/digests/{month}/number")
def number_page(
    request: Request,
    site: Here,
    person: Reader,
    month: str,
    table: str = "",
    row: str = "",
    column: str = "",
    mailbox: str = "",
    issue: Annotated[int, Query(ge=0, le=10_000)] = 0,
) -> Response:
    """List the messages that an issue counted there; of a draft (issue 0), those that count now."""
    if site.numbers is None or not MONTH.fullmatch(month):
        raise HTTPException(404)
    asked = NumberAsked(month=month, issue=issue, account=mailbox, table=table, row=row, column=column)
    behind = site.numbers.behind(asked)
    if behind is None:
        raise HTTPException(404)
    asked_for = behind.message_ids[:SHOWN]
    shown = reviews.rows_of(site.store, asked_for)
    gone = len(asked_for) - len(shown)
    return page(request, "number.html", month=month, issue=issue, behind=behind, shown=shown, gone=gone, most=SHOWN)
