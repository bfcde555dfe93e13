"""Issues a month as final: what a person decides, and nothing else does."""

import logging

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from review.callables import FinalDue, NotIssued
from review.filters import MONTH, number_of
from review.signin import Administrator, AdministratorForm, text_of
from review.site import Here, page

log = logging.getLogger(__name__)
router = APIRouter()


@router.post("/digests/{month}/final")
def issue_final(request: Request, site: Here, person: Administrator, form: AdministratorForm, month: str) -> Response:
    """Issue a month after the issue that the person saw; who asks for it twice makes one."""
    if site.finals is None or not MONTH.fullmatch(month):
        raise HTTPException(404)
    due = FinalDue(month=month, mailbox=text_of(form, "mailbox"))
    try:
        is_new = site.finals.issue(due, number_of(text_of(form, "number")), person.name)
    except NotIssued as refused:
        return page(request, "sorry.html", 409, title="Nothing was issued", words=str(refused))
    if is_new:
        log.info("issued as final month=%s user=%s", month, person.user.id)
    return RedirectResponse(f"/digests/{month}", 303)
