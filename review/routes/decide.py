"""Deciding: confirm or correct, flag, undo."""

import logging
from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from review.drawing import message_page
from review.filters import filter_of, number_of, query_of, trail_of
from review.forms import (
    Answer,
    Draft,
    Problem,
    answer_of,
    changes_nothing,
    draft_of_form,
    draft_of_message,
    note_problems,
)
from review.quotes import taken_back
from review.routes.message import to_message
from review.signin import Fields, Person, Reader, Reviewer, ReviewerDraft, ReviewerForm, fields_of
from review.site import Here, Number, Site, page
from review.words import history_view, tag_words
from storage import reviews, users
from storage.decisions import FLAG, UNDO
from storage.errors import StaleDecision, StorageError, UndoRefused
from storage.records import StoredMessage
from storage.samples import awaits_check

log = logging.getLogger(__name__)
router = APIRouter()
NOT_SAVED = "Your decision was not saved. It is still in the form: try again in a moment."
FLAG_NOT_SAVED = "The flag was not saved. It is still in the form: try again in a moment."
FLAG_UNSENT = "Nothing is saved yet: press Save the flag to send it with its note, or save once more to leave it"
UNDONE_ALREADY = "That is undone already, or more than ten decisions ago. Nothing was changed."
SIGNED_IN_ANEW = "Not saved yet: you have signed in again since. What you chose is in the form: look, and save it."


@router.get("/messages/{message_id:int}/decide")
def decided_page(request: Request, person: Reader, message_id: Number) -> Response:
    """Come back to the message when somebody reloads after a refusal."""
    return RedirectResponse(f"/messages/{message_id}{trail_of(request.query_params)}", 303)


@router.post("/messages/{message_id:int}/decide")
def decide(request: Request, site: Here, person: Reviewer, sent: ReviewerDraft, message_id: Number) -> Response:
    """Save a decision and go on; whatever goes wrong, the edit stays on the page."""
    draft, version = draft_of_form(sent.fields), number_of(sent.fields.get("version", ""))
    message = reviews.message(site.store, message_id)
    if not sent.is_of_session:
        return message_page(request, site, message, draft, status=403, failure=SIGNED_IN_ANEW, version=version)
    answer = answer_of(draft, message, site.catalogue, person.name)
    if not isinstance(answer, Answer):
        return message_page(request, site, message, draft, status=422, problems=answer, version=version)
    if sent.fields.get("leave_flag") != "yes" and _has_unsent_flag(sent.fields, draft, message, version):
        problem = Problem(field="note", words=FLAG_UNSENT)
        return message_page(
            request, site, message, draft, status=422, problems=[problem], version=version, leaves_flag=True
        )
    following = reviews.next_in(site.store, filter_of(request.query_params), message_id)
    if message.version == version and _may_stay(message, answer, person):
        return _go_on(request, site, person, message_id, following, stands=message_id)
    try:
        _save(site, message, answer, person=person, version=version)
    except StaleDecision as stale:
        if changes_nothing(answer, stale.current):
            return _go_on(request, site, person, message_id, following, stands=message_id)
        seen = number_of(sent.fields.get("events", ""))
        return _both_versions(request, site, stale.current, draft, answer, seen=seen)
    except StorageError:
        log.exception("decision not saved id=%s", message_id)
        return message_page(request, site, message, draft, status=503, failure=NOT_SAVED, version=version)
    if site.quotes is not None and taken_back(message.statements, answer.statements):
        site.quotes.withdraw(message_id)
    return _go_on(request, site, person, message_id, following, saved=message_id)


def _has_unsent_flag(fields: Fields, draft: Draft, message: StoredMessage, version: int) -> bool:
    """Say whether a note, or another colleague than the flag's, stands beside a decision, which keeps neither."""
    is_drawn_of = "flagged_for" in fields and version == message.version
    return bool(draft.note.strip()) or (is_drawn_of and draft.flagged_for != message.flagged_for)


def _may_stay(message: StoredMessage, answer: Answer, person: Person) -> bool:
    """Say whether there is nothing to save: it stands so, and neither the rules, a colleague nor the lot ask."""
    is_asked = message.disagrees or message.flagged_for == person.name or awaits_check(message)
    return changes_nothing(answer, message) and not is_asked


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


def _go_on(
    request: Request, site: Site, person: Person, message_id: int, following: int | None, **told: int
) -> Response:
    site.company.leave(message_id, person.name)
    return to_message(request, following, **told)


def _both_versions(
    request: Request, site: Site, current: StoredMessage, draft: Draft, answer: Answer, *, seen: int
) -> Response:
    """Show what stands in the store beside what was about to be saved; saving again decides on top of it.

    `seen` is how many events the message had when its form was drawn: with none since, the rules changed it.
    """
    last = current.history[-1] if len(current.history) not in (0, seen) else None
    response = page(
        request,
        "stale.html",
        409,
        message=current,
        last=history_view(last, site.catalogue) if last else None,
        flag=next((event for event in reversed(current.history) if event.action == FLAG), None),
        theirs=tag_words(current.tags, site.catalogue),
        their_quotes=current.statements,
        mine=tag_words(answer.tags, site.catalogue),
        my_quotes=answer.statements,
        draft=draft,
        query=trail_of(request.query_params),
    )
    response.headers["HX-Push-Url"] = "false"
    return response


@router.get("/messages/{message_id:int}/flag")
def flagged_page(request: Request, person: Reader, message_id: Number) -> Response:
    """Come back to the message when somebody reloads after a flag."""
    return decided_page(request, person, message_id)


@router.post("/messages/{message_id:int}/flag")
def flag(request: Request, site: Here, person: Reviewer, sent: ReviewerDraft, message_id: Number) -> Response:
    """Ask a colleague to look, with a note; the message stays where it is, and what is edited of it in the form."""
    message = reviews.message(site.store, message_id)
    draft, version = _edited(sent.fields, message)
    if not sent.is_of_session:
        return message_page(request, site, message, draft, status=403, failure=SIGNED_IN_ANEW, version=version)
    if problems := [*_flag_problems(site, message, draft.flagged_for), *note_problems(draft)]:
        return message_page(request, site, message, draft, status=422, problems=problems, version=version)
    whom, note = draft.flagged_for, draft.note.strip()
    try:
        reviews.flag(site.store, message_id, who=person.name, flagged_for=whom, note=note, now=site.clock())
    except StorageError:
        log.exception("flag not saved id=%s", message_id)
        return message_page(request, site, message, draft, status=503, failure=FLAG_NOT_SAVED, version=version)
    query = trail_of(request.query_params)
    if draft.says() == draft_of_message(message).says():
        return RedirectResponse(f"/messages/{message_id}{trail_of(request.query_params, told='flag')}", 303)
    flagged = reviews.message(site.store, message_id)
    kept = flagged.version if version == message.version else version
    response = message_page(request, site, flagged, replace(draft, note=""), version=kept, is_kept=True)
    response.headers["HX-Push-Url"] = f"/messages/{message_id}{query}"
    return response


def _edited(fields: Fields, message: StoredMessage) -> tuple[Draft, int]:
    """Give what stands in the form that a flag was sent with, and the version of the message that it was drawn of."""
    draft = draft_of_form(fields)
    if "version" in fields:
        return draft, number_of(fields["version"])
    whole = replace(draft_of_message(message), note=draft.note, flagged_for=draft.flagged_for)
    return whole, message.version


def _flag_problems(site: Site, message: StoredMessage, whom: str) -> list[Problem]:
    """Say why nobody would find the flag; nothing where it can stand, or one is taken down."""
    is_taken_down = not whom and bool(message.flagged_for)
    stands = bool(whom) and whom in (message.flagged_for, *users.colleagues(site.store))
    if is_taken_down or stands:
        return []
    return [Problem(field="flagged_for", words="Choose a colleague from the list")]


@router.get("/undo")
def undo_page(request: Request, person: Reader) -> Response:
    """Go to the list when somebody reloads after an undo: nothing is undone by it."""
    return RedirectResponse(f"/messages{query_of(filter_of(request.query_params))}", 303)


@router.post("/undo")
def undo(request: Request, site: Here, person: Reviewer, form: ReviewerForm) -> Response:
    """Take back the decision that the form names, else this person's latest (the last ten can be); open its message."""
    fields = fields_of(form)
    decision, bulk = number_of(fields.get("decision", "")), fields.get("bulk", "")
    meant = bulk or decision > 0
    try:
        undone = reviews.undo(
            site.store, person.name, now=site.clock(), decision=decision if decision > 0 else None, bulk=bulk
        )
    except UndoRefused as refused:
        return page(request, "sorry.html", 409, title="Not undone", words=_refused_words(refused, person))
    if undone is None:
        words = UNDONE_ALREADY if meant else "You have no decision left to undo."
        return page(request, "sorry.html", 409, title="Nothing to undo", words=words)
    _withdraw_undone(site, undone.message_id)
    left = ",".join(map(str, undone.passed_over))
    chosen = trail_of(request.query_params, undone="yes", left=left)
    return RedirectResponse(f"/messages/{undone.message_id}{chosen}", 303)


def _refused_words(refused: UndoRefused, person: Person) -> str:
    if refused.who != person.name:
        return str(refused)
    return f"You have decided on message {refused.message_id} again since: undo that decision first."


def _withdraw_undone(site: Site, message_id: int) -> None:
    """Take quotes out of files whose approval was undone. A bulk decision only confirms: it approved none."""
    if site.quotes is None:
        return
    last = next(event for event in reversed(reviews.message(site.store, message_id).history) if event.action == UNDO)
    if taken_back(last.statements_before, last.statements_after):
        site.quotes.withdraw(message_id)
