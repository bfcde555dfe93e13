"""Drawing a message's page, whatever led to it: opened, refused, or not saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import Request
from starlette.responses import Response

from review.filters import STATE_NAMES, filter_of, pairs_of, query_of
from review.forms import Draft, Problem
from review.questions import dimension_views
from review.quotes import QuoteView, quote_view, sentences_of
from review.rule_links import missed_tag
from review.site import Site, page
from review.view import blind, message_view
from review.why import rule_views
from review.words import history_view, permission_words, second_view
from storage import reviews, users
from storage.decisions import UNDO
from storage.errors import NoSuchMessage
from storage.records import ReviewState, StoredMessage
from storage.second import second_reading_of

LOOKS_SHOWN = 50  # the latest
JUST_NOW = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """A message that was decided just now, as the store holds it."""

    message: StoredMessage
    words: str


def message_page(
    request: Request,
    site: Site,
    message: StoredMessage,
    draft: Draft,
    *,
    status: int = 200,
    problems: Sequence[Problem] = (),
    failure: str = "",
    version: int | None = None,
) -> Response:
    """Draw a message with `draft` in its form."""
    response = page(
        request,
        "message.html",
        status,
        message=message,
        view=message_view(message),
        dimensions=dimension_views(message, draft, site.catalogue),
        draft=draft,
        version=message.version if version is None else version,
        problems=problems,
        failure=failure,
        unsaved=bool(problems or failure),
        history=[history_view(decision, site.catalogue) for decision in reversed(message.history)],
        rules=rule_views(message, site.catalogue),
        rule_tag=missed_tag(message),
        thread=[row for row in reviews.thread(site.store, message.id) if row.id != message.id],
        blind=False,
        quotes_shown=_quotes_shown(message, site),
        changed=False,
        saved=saved_before(request, site),
        undone=undone_words(request, site, message),
        **_people(request, site, message),
        **_filtered(request),
    )
    return _in_its_place(response)


def _people(request: Request, site: Site, message: StoredMessage) -> dict[str, Any]:
    """Give who else has to do with a message: whom to flag it for, who looked, who read it second, who is there now."""
    person = request.state.person
    return {
        "colleagues": users.colleagues(site.store),
        "looks": reviews.looks(site.store, message.id)[-LOOKS_SHOWN:][::-1] if person.may_administer else (),
        "second": second_view(second_reading_of(site.store, message.id), site.catalogue),
        "others": site.company.arrive(message.id, person.name, site.clock()),
    }


def _filtered(request: Request) -> dict[str, Any]:
    """Give the filter a message is seen in: as it is, in pairs for a form, and as a query."""
    chosen = filter_of(request.query_params)
    return {"chosen": chosen, "pairs": pairs_of(chosen), "query": query_of(chosen)}


def undone_words(request: Request, site: Site, message: StoredMessage) -> str:
    """Say what this person undid just now, where the address says so and the store holds it; else ""."""
    last = message.history[-1] if message.history else None
    if request.query_params.get("undone") != "yes" or last is None or last.action != UNDO:
        return ""
    if last.who != request.state.person.name or site.clock() - last.at > JUST_NOW:
        return ""
    many = reviews.undone_together(site.store, last)
    others = f", and on {many - 1:,} confirmed with it" if many > 1 else ""
    return f"the decision on message {message.id}{others}. It stands as before: {STATE_NAMES[message.state].lower()}."


def _in_its_place(response: Response) -> Response:
    """Leave the browser's address as it is where what was asked for was refused."""
    if response.status_code >= 400:
        response.headers["HX-Push-Url"] = "false"
    return response


def _quotes_shown(message: StoredMessage, site: Site) -> tuple[QuoteView, ...]:
    """Give the quotes as the public edition would print them."""
    if site.quotes is None:
        return ()
    sender = f"{message.sender_name} <{message.sender_address}>".strip()
    return tuple(quote_view(said, sender, site.quotes.struck) for said in sentences_of(message.statements))


def blind_page(
    request: Request,
    site: Site,
    message: StoredMessage,
    draft: Draft,
    *,
    status: int = 200,
    problems: Sequence[Problem] = (),
    failure: str = "",
) -> Response:
    """Draw a message for a second reader: nothing chosen, nothing lit, no history."""
    unread = blind(message)
    response = page(
        request,
        "message.html",
        status,
        message=unread,
        view=message_view(unread),
        dimensions=dimension_views(unread, draft, site.catalogue),
        draft=draft,
        version=0,
        problems=problems,
        failure=failure,
        unsaved=bool(problems or failure),
        blind=True,
        query="",
        saved=None,
    )
    return _in_its_place(response)


def saved_before(request: Request, site: Site) -> Saved | None:
    """Look up the message that the address says was saved: the page repeats what the store holds, not a hope."""
    number = request.query_params.get("saved", "")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        return None
    try:
        message = reviews.message(site.store, int(number))
    except NoSuchMessage:
        return None
    return Saved(message=message, words=saved_words(message, site))


def saved_words(message: StoredMessage, site: Site) -> str:
    """Say what was saved: how it ended, what the person changed, and whether the quotes may be published now."""
    if message.state is ReviewState.PENDING or not message.history:
        return "It is open again"
    published = permission_words(message.history[-1])
    if message.state is ReviewState.CONFIRMED:
        return f"Confirmed{published or ', no change'}"
    last = history_view(message.history[-1], site.catalogue)
    changes = [*(f"added {words}" for words in last.added), *(f"removed {words}" for words in last.removed)]
    return f"Corrected: {'; '.join(changes) or 'the quotes'}{published}"
