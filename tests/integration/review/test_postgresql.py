"""The page's main walk on PostgreSQL: the same as on SQLite."""

from collections.abc import Iterator

import pytest
from fakes.review_pages import DECISION_QUOTE, NOW, USE_QUOTE, catalogue_of, message_of

from review.app import create_app
from storage import messages, reviews, users
from storage.engine import Store, open_store
from storage.records import QueueFilter

pytestmark = pytest.mark.postgres


@pytest.fixture
def postgres(postgres_url: str, password_hash: str) -> Iterator[Store]:
    """Give a PostgreSQL database with a reviewer and three messages."""
    with open_store(postgres_url) as store:
        users.add_user(store, "reviewer", password_hash, "reviewer")
        messages.save_batch(store, [message_of(number) for number in (1, 2, 3)], None, now=NOW)
        yield store


def test_walk_on_postgresql(postgres, client_of, token):
    client = client_of(create_app(postgres, catalogue_of()), "reviewer")
    page = client.get("/messages?state=pending&q=outreach&product=cohesion").text
    assert "3 messages" in page
    assert "<mark>outreach</mark>" in page
    first = reviews.queue(postgres, QueueFilter()).rows[0].id
    form = {
        "token": token(page),
        "version": 1,
        "disposition": "triage",
        "user_category": "academia",
        "product": ["cohesion", "survey"],
        "use_quotes": USE_QUOTE,
        "decision_quotes": DECISION_QUOTE.replace("\n", " "),
    }
    answer = client.post(f"/messages/{first}/decide?state=pending", data=form)
    assert "saved=" in answer.headers["location"]
    assert "added User: Academia" in client.get(answer.headers["location"]).text
    assert client.post(f"/messages/{first}/decide", data=form | {"product": "cohesion"}).status_code == 409
    assert client.post("/undo", data=form).headers["location"] == f"/messages/{first}?undone=yes"
    assert reviews.message(postgres, first).state.value == "pending"


@pytest.mark.parametrize("query", ["q=%00", "rule=%00x", "account=a%00", "after=%00", "q=%27%27", "product=%ff"])
def test_nothing_typed_is_an_error_on_postgresql(postgres, client_of, query):
    client = client_of(create_app(postgres, catalogue_of()), "reviewer")
    assert client.get(f"/messages?{query}").status_code in (200, 303)


@pytest.mark.parametrize("name", ["a\x00b", "\ud7ff", "'; --"])
def test_no_name_is_an_error_at_sign_in(postgres, client_of, token, name):
    client = client_of(create_app(postgres, catalogue_of()))
    form = {"token": token(client.get("/sign-in").text), "name": name, "password": "x\x00"}
    assert client.post("/sign-in", data=form).status_code == 403
