"""Messages over JSON: the queue, one message, a decision."""

from typing import Annotated

from fastapi import APIRouter, Query

from classifiers.catalogue import Dimension, StatementKind
from review.api.access import Caller, ReadToken, ReviewToken
from review.api.answers import CONFLICT, NOT_FOUND, NOT_WITHDRAWN, Refused, withdraw
from review.api.shapes import DecisionIn, FilterQuery
from review.forms import QUOTE_FIELDS, Answer, Draft, answer_of, folded
from review.quotes import taken_back
from review.site import Here, Number, Site
from storage import reviews
from storage.queue import is_cursor
from storage.records import QueuePage, StoredMessage

router = APIRouter(tags=["messages"])


@router.get("/messages", responses=CONFLICT)
def queue(site: Here, caller: ReadToken, filters: Annotated[FilterQuery, Query()]) -> QueuePage:
    """List messages: what needs a person first, then what else is pending, then what is reviewed; newest first."""
    chosen, after = filters.chosen(), filters.after.replace("\0", "")
    if after and not is_cursor(after, chosen):
        raise Refused(("after: no page of this list gave this cursor",))
    return reviews.queue(site.store, chosen, after=after, limit=filters.limit)


@router.get("/messages/{message_id}", responses=NOT_FOUND)
def message(site: Here, caller: ReadToken, message_id: Number) -> StoredMessage:
    """Give a message whole, without its raw bytes; `html` is what the sender sent: hostile until shown otherwise."""
    found = reviews.message(site.store, message_id)
    reviews.record_look(site.store, message_id, who=caller.name, what="api", now=site.clock())
    return found


@router.post("/messages/{message_id}/decision", responses={**NOT_FOUND, **CONFLICT, **NOT_WITHDRAWN})
def decide(site: Here, caller: ReviewToken, message_id: Number, decision: DecisionIn) -> StoredMessage:
    """Decide on a message: it is confirmed when tags and quotes are the rules' own, else corrected.

    Anything but mail for the team to read carries no other tags: they are cleared.
    """
    found = reviews.message(site.store, message_id)
    return _decided(site, caller, found, decision)


def _decided(site: Site, caller: Caller, found: StoredMessage, decision: DecisionIn) -> StoredMessage:
    answer = answer_of(_draft(decision), found, site.catalogue, caller.name)
    if not isinstance(answer, Answer):
        raise Refused(tuple(f"{problem.field}: {problem.words}" for problem in answer))
    stands = reviews.decide(
        site.store,
        found.id,
        version=decision.version,
        who=caller.name,
        tags=answer.tags,
        statements=answer.statements,
        note=decision.note,
        now=site.clock(),
    )
    if site.quotes is not None and taken_back(found.statements, answer.statements):
        withdraw(site.quotes, stands)
    return stands


def _draft(decision: DecisionIn) -> Draft:
    values = {one.value: tuple(tag.value for tag in decision.tags if tag.dimension is one) for one in Dimension}
    return Draft(
        values=values,
        quotes={name: _lines(decision, kind) for kind, name in QUOTE_FIELDS.items()},
        note=decision.note,
        quotable=decision.quotable,
    )


def _lines(decision: DecisionIn, kind: StatementKind) -> str:
    return "\n".join(folded(item.text) for item in decision.statements if item.kind is kind)
