"""Quotes over JSON: a month's as the public edition would print them, approved or withdrawn message by message."""

from fastapi import APIRouter, HTTPException

from review.api.access import ReadToken, ReviewToken
from review.api.answers import CONFLICT, NOT_FOUND, NOT_WITHDRAWN, withdraw
from review.api.figures import Month
from review.api.shapes import QuotedMessageOut, QuoteOut, QuotesIn
from review.callables import PublicQuotes
from review.quotes import sentences_of, user_category_of
from review.site import Here, Number, Site
from review.times import month_bounds
from storage import reviews
from storage.quotes import QuotedMessage, quoted_messages
from storage.records import StoredMessage

router = APIRouter(tags=["quotes"])


@router.get("/quotes/{month}", responses=NOT_FOUND)
def month_quotes(site: Here, caller: ReadToken, month: Month) -> tuple[QuotedMessageOut, ...]:
    """List the quotes of a month's reviewed messages, contact details and names struck out, and whether approved."""
    outside, found = _outside(site), quoted_messages(site.store, *month_bounds(month))
    reviews.record_looks(site.store, [one.id for one in found], who=caller.name, what="quotes", now=site.clock())
    return tuple(_quoted(one, outside) for one in found)


@router.put("/messages/{message_id}/quotes", responses={**NOT_FOUND, **CONFLICT, **NOT_WITHDRAWN})
def allow(site: Here, caller: ReviewToken, message_id: Number, wanted: QuotesIn) -> StoredMessage:
    """Approve the quotes of a decided message for publication, or withdraw them: from files of digests as well."""
    outside = _outside(site)
    reviews.message(site.store, message_id)
    stands = reviews.allow_quotes(
        site.store,
        message_id,
        version=wanted.version,
        who=caller.name,
        published=wanted.published,
        now=site.clock(),
    )
    if not wanted.published:
        withdraw(outside, stands)
    return stands


def _outside(site: Site) -> PublicQuotes:
    if site.quotes is None:
        raise HTTPException(404)
    return site.quotes


def _quoted(message: QuotedMessage, outside: PublicQuotes) -> QuotedMessageOut:
    return QuotedMessageOut(
        id=message.id,
        version=message.version,
        user_category=user_category_of(message),
        published=message.published,
        quotes=tuple(
            QuoteOut(kinds=said.kinds, text=struck.text, struck_out=struck.found)
            for said in sentences_of(message.statements)
            for struck in [outside.struck(said.text, message.sender)]
        ),
    )
