"""Drawing a message's page, whatever led to it: opened, refused, or not saved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.responses import Response

from review.filters import STATE_NAMES, filter_of, is_number, pairs_of, trail_of
from review.forms import Draft, Problem, draft_of_rules
from review.news import JUST_NOW
from review.questions import dimension_views
from review.quotes import QuoteView, quote_view, sentences_of
from review.rule_links import missed_tag
from review.site import Site, page
from review.view import blind, message_view
from review.why import rule_views
from review.words import history_view, otherwise_view, permission_words, second_view
from storage import reviews, users
from storage.decisions import FLAG, MOST_TOGETHER, UNDO
from storage.errors import NoSuchMessage
from storage.records import Decision, ReviewState, StatementRecord, StoredMessage
from storage.samples import awaits_check, standing
from storage.second import is_fresh, second_reading_of

LOOKS_SHOWN = 50  # the latest
LEFT_NAMED = 5  # of the messages that an undo passed over


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """A message that was decided just now, or stayed as it was, as the store holds it."""

    message: StoredMessage
    words: str
    title: str = "Saved"
    decision: int = 0  # by its number, to be undone; 0: nothing was decided


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
    is_kept: bool = False,
    leaves_flag: bool = False,
) -> Response:
    """Draw a message with `draft` in its form; `is_kept`: what it holds is not saved, and nothing is wrong with it.

    `leaves_flag`: the next save leaves a flag that was not sent, and its note.
    """
    response = page(
        request,
        "message.html",
        status,
        draft=draft,
        version=message.version if version is None else version,
        problems=problems,
        failure=failure,
        unsaved=bool(problems or failure or is_kept),
        is_kept=is_kept,
        leaves_flag=leaves_flag,
        dimensions=dimension_views(message, draft, site.catalogue),
        blind=False,
        changed=False,
        saved=saved_before(request, site),
        undone=undone_words(request, site, message),
        flagged_now=is_kept or _is_flagged_now(request, site, message),
        **_of_message(site, message),
        **_of_rules(site, message),
        **_people(request, site, message),
        **_filtered(request),
    )
    return _in_its_place(response)


def _of_message(site: Site, message: StoredMessage) -> dict[str, Any]:
    """Give a message as it stands in the store, with what was decided on it and what belongs to it."""
    return {
        "message": message,
        "view": message_view(message),
        "history": [history_view(decision, site.catalogue) for decision in reversed(message.history)],
        "thread": [row for row in reviews.thread(site.store, message.id) if row.id != message.id],
        "quotes_shown": _quotes_shown(message, site),
        "awaits_check": awaits_check(message),
    }


def _of_rules(site: Site, message: StoredMessage) -> dict[str, Any]:
    """Give what the rules say of a message: which matched, where they disagree, and the form as they would fill it."""
    return {
        "rules": rule_views(message, site.catalogue),
        "rule_tag": missed_tag(message),
        "otherwise": otherwise_view(message, site.catalogue),
        "of_rules": draft_of_rules(message),
    }


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
    return {"chosen": chosen, "pairs": pairs_of(chosen), "query": trail_of(request.query_params)}


def undone_words(request: Request, site: Site, message: StoredMessage) -> str:
    """Say what this person undid just now, where the address says so and the store holds it; else ""."""
    last = message.history[-1] if message.history else None
    if request.query_params.get("undone") != "yes" or last is None or last.action != UNDO:
        return ""
    if not _is_news(request, site, last):
        return ""
    many = reviews.undone_together(site.store, last)
    others = f", and on {many - 1:,} confirmed with it" if many > 1 else ""
    stands = f"It stands as before: {STATE_NAMES[message.state].lower()}{permission_words(last)}."
    return f"the decision on message {message.id}{others}. {stands}{_passed_over(request, site)}"


def _passed_over(request: Request, site: Site) -> str:
    """Say which messages an undo passed over, as somebody has decided on them since."""
    named = [one for one in request.query_params.get("left", "").split(",") if is_number(one)][:MOST_TOGETHER]
    rows = reviews.rows_of(site.store, [int(one) for one in named])
    left = [row.id for row in rows if row.state is not ReviewState.PENDING]
    if len(left) == 1:
        whose = reviews.message(site.store, left[0]).receipt.reviewed_by
        by = "you have" if whose == request.state.person.name else f"{whose} has"
        return f" Message {left[0]} was passed over: {by} decided on it since."
    numbers = [f"{number}" for number in left[:LEFT_NAMED]]
    others = [f"{len(left) - LEFT_NAMED:,} more"] if len(left) > LEFT_NAMED else []
    told = [*numbers, *others]
    return (
        f" Messages {', '.join(told[:-1])} and {told[-1]} were passed over: they were decided on since." if told else ""
    )


def _is_flagged_now(request: Request, site: Site, message: StoredMessage) -> bool:
    """Say whether this person flagged the message just now, or took the flag down, where the address says so."""
    last = message.history[-1] if message.history else None
    is_told = request.query_params.get("told") == "flag"
    return is_told and last is not None and last.action == FLAG and _is_news(request, site, last)


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
        saved=read_before(request, site),
    )
    return _in_its_place(response)


def saved_before(request: Request, site: Site) -> Saved | None:
    """Look up the message that the address says was saved: the page repeats what the store holds, not a hope.

    It is told to whom it was, while it is news: an address that is kept or sent on tells nothing.
    """
    stands = _message_named(request, site, "stands")
    if stands is not None and stands.state is not ReviewState.PENDING:
        whose = stands.receipt.reviewed_by
        by = "you" if whose == request.state.person.name else whose
        return Saved(message=stands, words=f"It stands as {by} decided", title="Unchanged")
    message = _message_named(request, site, "saved")
    last = next((event for event in reversed(message.history) if event.action != FLAG), None) if message else None
    if message is None or last is None or last.action == UNDO or not _is_news(request, site, last):
        return None
    return Saved(message=message, words=saved_words(message, last, site), decision=last.id)


def read_before(request: Request, site: Site) -> Saved | None:
    """Look up the message of which the address says that this person read it a second time just now."""
    message = _message_named(request, site, "saved")
    reading = second_reading_of(site.store, message.id) if message else None
    if message is None or reading is None or not is_fresh(reading, request.state.person.name, site.clock()):
        return None
    return Saved(message=message, words="Your reading of it is kept")


def _message_named(request: Request, site: Site, name: str) -> StoredMessage | None:
    number = request.query_params.get(name, "")
    if not is_number(number):
        return None
    try:
        return reviews.message(site.store, int(number))
    except NoSuchMessage:
        return None


def _is_news(request: Request, site: Site, event: Decision) -> bool:
    return event.who == request.state.person.name and site.clock() - event.at <= JUST_NOW


def saved_words(message: StoredMessage, last: Decision, site: Site) -> str:
    """Say what was saved: how it ended, what the person changed, and whether the quotes may be published now."""
    view, published = history_view(last, site.catalogue), permission_words(last)
    changes = [*(f"added {words}" for words in view.added), *(f"removed {words}" for words in view.removed)]
    if _texts(last.statements_before) != _texts(last.statements_after):
        changes.append("changed the quotes")
    if changes:
        return f"{STATE_NAMES[message.state]}: {'; '.join(changes)}{published}"
    is_kept = any(event.id < last.id for event in standing(message.history))
    return f"{STATE_NAMES[message.state]}{published or (', kept as it was' if is_kept else ', no change')}"


def _texts(statements: Iterable[StatementRecord]) -> frozenset[tuple[str, str]]:
    return frozenset((item.kind, item.text) for item in statements)
