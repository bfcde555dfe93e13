"""An invented month: a small catalogue, a builder of messages, and the digest made of them."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import pytest

from classifiers.catalogue import Catalogue, CatalogueEntry
from classifiers.verdict import Dimension
from digests.digest import Digest
from digests.options import DigestOptions
from digests.summary import summarise
from storage.records import CountedMessage, Coverage, HitRecord, ReviewState, StatementRecord, TagRecord

NOW = datetime(2011, 4, 4, 8, 30, tzinfo=UTC)


def entry(dimension: Dimension, value: str, title: str, **more: object) -> CatalogueEntry:
    return CatalogueEntry(dimension=dimension, id=value, title=title, **more)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    user, use, product = Dimension.USER_CATEGORY, Dimension.USE, Dimension.PRODUCT
    return Catalogue(
        entries=(
            *(entry(Dimension.DISPOSITION, name, name.title()) for name in ("triage", "auto-reply", "bulk", "spam")),
            entry(product, "headline", "Headline Findings", designation="National Statistics", source="The Survey"),
            entry(product, "cohesion", "Cohesion Topic Report", designation="National Statistics", source="The Survey"),
            entry(product, "volunteering", "Volunteering Topic Report", designation="Experimental Statistics"),
            entry(user, "local-government", "Local Government", in_annex=True, annex_user="Local Government"),
            entry(user, "academia", "Academia", in_annex=True, annex_user="Academia"),
            entry(user, "media", "Media"),
            entry(user, "unknown", "Not known"),
            entry(use, "integration", "Monitoring of integration", in_annex=True, annex_user="Local Government"),
            entry(use, "research", "Research", in_annex=True, annex_user="Academia"),
            entry(use, "other-use", "Another use"),
            entry(Dimension.CHANNEL, "data-request", "Data requests", description="Requests for data."),
            entry(Dimension.CHANNEL, "usage-feedback", "Feedback on use", description="How figures are used."),
        )
    )


Build = Callable[..., CountedMessage]


@pytest.fixture(scope="session")
def message() -> Build:
    """Build a message: `message(1, user="academia", products=["cohesion"], says=["We use it."])`."""
    return build_message


def build_message(
    number: int = 1,
    *,
    user: str = "academia",
    products: Iterable[str] = (),
    uses: Iterable[str] = (),
    channels: Iterable[str] = (),
    disposition: str = "triage",
    says: Iterable[str] = (),
    decides: Iterable[str] = (),
    words: Iterable[tuple[str, str]] = (),
    quotable: bool = False,
    at: datetime = datetime(2011, 3, 10, 12, tzinfo=UTC),
    dated: datetime | None = None,
    state: ReviewState = ReviewState.PENDING,
    proposed: tuple[TagRecord, ...] | None = None,
    sender: str = "A Writer <writer@example.org>",
    key: str | None = None,
    thread: str | None = None,
    subject: str = "A question",
    from_team: bool = False,
) -> CountedMessage:
    tags = (
        TagRecord(dimension="disposition", value=disposition),
        TagRecord(dimension="user_category", value=user),
        *(TagRecord(dimension="product", value=value) for value in products),
        *(TagRecord(dimension="use", value=value) for value in uses),
        *(TagRecord(dimension="channel", value=value) for value in channels),
    )
    quotes = [*(("use", text) for text in says), *(("decision", text) for text in decides)]
    return CountedMessage(
        id=number,
        account="statshop",
        arrived_at=at,
        arrived_source="INTERNALDATE",
        sent_at=dated,
        subject=subject,
        sender=sender,
        sender_key=f"sender {number}" if key is None else key,
        thread_key=f"thread {number}" if thread is None else thread,
        state=state,
        needs_person=False,
        from_team=from_team,
        tags=tags,
        statements=tuple(
            StatementRecord(kind=kind, text=text, zone=0, start=0, end=1, quotable=quotable) for kind, text in quotes
        ),
        hits=tuple(
            HitRecord(rule=f"{value}-words", dimension="product", value=value, zone=0, start=0, end=1, words=text)
            for value, text in words
        ),
        proposed=tags if proposed is None else proposed,
    )


@pytest.fixture(scope="session")
def digest_of(catalogue: Catalogue) -> Callable[..., Digest]:
    """Make the digest of March 2011 (or another month) out of messages."""

    def make(
        messages: Iterable[CountedMessage],
        options: DigestOptions | None = None,
        month: str = "2011-03",
        **more: object,
    ) -> Digest:
        held = list(messages)
        coverage = Coverage(seen=len(held) + 1, stored=len(held), duplicates=0, set_aside=1, reviewed=0)
        return summarise(held, coverage, catalogue, month, options or DigestOptions(), now=NOW, **more)

    return make


@pytest.fixture(scope="session")
def march() -> tuple[CountedMessage, ...]:
    """A small month with a bit of everything."""
    confirmed, corrected = ReviewState.CONFIRMED, ReviewState.CORRECTED
    proposed = (TagRecord(dimension="user_category", value="unknown"), TagRecord(dimension="product", value="headline"))
    return (
        build_message(
            1,
            products=["cohesion"],
            uses=["research"],
            channels=["data-request", "usage-feedback"],
            says=["We use the cohesion figures in a\n thesis."],
            words=[("cohesion", "Community  Spirit")],
            state=confirmed,
        ),
        build_message(
            2,
            user="local-government",
            products=["cohesion", "volunteering"],
            uses=["integration"],
            decides=["We decide where to put outreach workers."],
            thread="thread 1",
            state=corrected,
            proposed=proposed,
            words=[("headline", "headline findings")],
        ),
        build_message(3, user="media", uses=["other-use"], says=["For a story in Saturday's paper."]),
        build_message(4, user="academia", products=["headline"], key="sender 1", channels=["data-request"]),
        build_message(5, disposition="auto-reply", user="none"),
        build_message(6, from_team=True, products=["cohesion"]),
        build_message(7, user="unknown", dated=datetime(2011, 1, 1, tzinfo=UTC)),
    )
