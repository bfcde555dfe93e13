"""Deciding: confirm or correct, flag, undo."""

import logging
from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from review.drawing import message_page
from review.filters import filter_of, query_of
from review.forms import Answer, Draft, Problem, answer_of, draft_of_form, draft_of_message
from review.quotes import taken_back
from review.signin import Person, Reader, Reviewer, ReviewerDraft, ReviewerForm, fields_of
from review.site import Here, Number, Site, page
from review.words import tag_words
from storage import reviews, users
from storage.decisions import UNDO
from storage.errors import StaleDecision, StorageError, UndoRefused
from storage.records import StoredMessage

log = logging.getLogger(__name__)
router = APIRouter()
NOT_SAVED = "Your decision was not saved. It is still in the form: try again in a moment."
SIGNED_IN_ANEW = "Not saved yet: you have signed in again since. What you chose is in the form: look, and save it."


@router.get("/messages/{message_id:int}/decide")
def decided_page(request: Request, person: Reader, message_id: Number) -> Response:
    """Come back to the message when somebody reloads after a refusal."""
    return RedirectResponse(f"/messages/{message_id}{query_of(filter_of(request.query_params))}", 303)


@router.post("/messages/{message_id:int}/decide")
def decide(request: Request, site: Here, person: Reviewer, sent: ReviewerDraft, message_id: Number) -> Response:
    """Save a decision and go on; whatever goes wrong, the edit stays on the page."""
    draft, version = draft_of_form(sent.fields), _number(sent.fields.get("version", ""))
    message = reviews.message(site.store, message_id)
    if not sent.is_of_session:
        return message_page(request, site, message, draft, status=403, failure=SIGNED_IN_ANEW, version=version)
    answer = answer_of(draft, message, site.catalogue, person.name)
    if not isinstance(answer, Answer):
        return message_page(request, site, message, draft, status=422, problems=answer, version=version)
    following = reviews.next_in(site.store, filter_of(request.query_params), message_id)
    try:
        _save(site, message, answer, person=person, version=version)
    except StaleDecision as stale:
        return _both_versions(request, site, stale.current, draft, answer)
    except StorageError:
        log.exception("decision not saved id=%s", message_id)
        return message_page(request, site, message, draft, status=503, failure=NOT_SAVED, version=version)
    site.company.leave(message_id, person.name)
    if site.quotes is not None and taken_back(message.statements, answer.statements):
        site.quotes.withdraw(message_id)
    return _go_on(request, message_id, following)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


def _save(site: Site, message: StoredMessage, answer: Answer, *, person: Person, version: int) -> StoredMessage:
    unchanged = set(answer.tags) == set(message.verdict.tags) and (
        set(answer.statements) == set(message.verdict.statements)
    )
    return reviews.decide(
        site.store,
        message.id,
        version=version,
        who=person.name,
        action="confirm" if unchanged else "correct",
        tags=answer.tags,
        statements=answer.statements,
        now=site.clock(),
    )


def _go_on(request: Request, message_id: int, following: int | None) -> Response:
    chosen = filter_of(request.query_params)
    if following is None:
        return RedirectResponse(f"/messages{query_of(chosen, end='yes', saved=message_id)}", 303)
    return RedirectResponse(f"/messages/{following}{query_of(chosen, saved=message_id)}", 303)


def _both_versions(request: Request, site: Site, current: StoredMessage, draft: Draft, answer: Answer) -> Response:
    """Show what stands in the store beside what was about to be saved; saving again decides on top of it."""
    last = current.history[-1] if current.history else None
    response = page(
        request,
        "stale.html",
        409,
        message=current,
        last=last,
        theirs=tag_words(current.tags, site.catalogue),
        their_quotes=current.statements,
        mine=tag_words(answer.tags, site.catalogue),
        my_quotes=answer.statements,
        draft=draft,
        query=query_of(filter_of(request.query_params)),
    )
    response.headers["HX-Push-Url"] = "false"
    return response


@router.post("/messages/{message_id:int}/flag")
def flag(request: Request, site: Here, person: Reviewer, form: ReviewerForm, message_id: Number) -> Response:
    """Ask a colleague to look, with a note; the message stays where it is."""
    fields = fields_of(form)
    whom, note = fields.get("flagged_for", "").strip()[:100], fields.get("note", "").strip()[:2000]
    message = reviews.message(site.store, message_id)
    draft = replace(draft_of_message(message), note=note)
    if problem := _flag_problem(site, message, whom):
        return message_page(request, site, message, draft, status=422, problems=[problem])
    try:
        reviews.flag(site.store, message_id, who=person.name, flagged_for=whom, note=note, now=site.clock())
    except StorageError:
        log.exception("flag not saved id=%s", message_id)
        return message_page(request, site, message, draft, status=503, failure=NOT_SAVED)
    return RedirectResponse(f"/messages/{message_id}{query_of(filter_of(request.query_params))}", 303)


def _flag_problem(site: Site, message: StoredMessage, whom: str) -> Problem | None:
    """Say why nobody would find the flag; None where it can stand, or one is taken down."""
    is_taken_down = not whom and bool(message.flagged_for)
    stands = bool(whom) and whom in (message.flagged_for, *users.colleagues(site.store))
    if is_taken_down or stands:
        return None
    return Problem(field="flagged_for", words="Choose a colleague from the list")


@router.post("/undo")
def undo(request: Request, site: Here, person: Reviewer, form: ReviewerForm) -> Response:
    """Take back this person's latest decision (the last ten can be) and open its message again."""
    try:
        undone = reviews.undo(site.store, person.name, now=site.clock())
    except UndoRefused as refused:
        return page(request, "sorry.html", 409, title="Not undone", words=str(refused))
    if undone is None:
        return page(request, "sorry.html", 409, title="Nothing to undo", words="You have no decision left to undo.")
    _withdraw_undone(site, undone)
    return RedirectResponse(f"/messages/{undone}{query_of(filter_of(request.query_params), undone='yes')}", 303)


def _withdraw_undone(site: Site, message_id: int) -> None:
    """Take quotes out of files whose approval was undone. A bulk decision only confirms: it approved none."""
    if site.quotes is None:
        return
    last = next(event for event in reversed(reviews.message(site.store, message_id).history) if event.action == UNDO)
    if taken_back(last.statements_before, last.statements_after):
        site.quotes.withdraw(message_id)
