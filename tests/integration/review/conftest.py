"""A review page over a real database, and browsers without a screen that are signed in to it."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakes.review_pages import AS_PROPOSED, NOW, PASSWORD, Clock, catalogue_of, message_of, sure_message_of
from fastapi import FastAPI

from review.app import create_app
from review.options import PageOptions
from review.passwords import hash_password
from review.signin import cookie_name, new_session
from review.site import Site
from storage import messages, users
from storage.engine import Store
from storage.records import NewMessage

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks for httpx2, which the lock does not hold; httpx still does
    from starlette.testclient import TestClient

ROLES = ("reader", "reviewer", "administrator")


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Hash everybody's password, once: it takes its time."""
    return hash_password(PASSWORD)


@pytest.fixture
def store(sqlite_store: Store, password_hash: str) -> Store:
    """Give a database with one person of each role, and a second reviewer."""
    for name, role in {**dict(zip(ROLES, ROLES, strict=True)), "second": "reviewer"}.items():
        users.add_user(sqlite_store, name, password_hash, role)
    return sqlite_store


@pytest.fixture
def database(store: Store) -> Path:
    """Give the database's file."""
    assert store.path is not None
    return store.path


@pytest.fixture
def clock() -> Clock:
    """Give the page's clock."""
    return Clock()


@pytest.fixture
def make_app(store: Store, clock: Clock) -> Callable[..., FastAPI]:
    """Give a maker of pages over the test's store."""

    def make(options: PageOptions | None = None, **more: Any) -> FastAPI:
        chosen = options or PageOptions(page_size=10)
        return create_app(store, more.pop("catalogue", catalogue_of()), chosen, clock=clock, **more)

    return make


@pytest.fixture
def app(make_app: Callable[..., FastAPI]) -> FastAPI:
    """Give a page with the usual settings."""
    return make_app()


@pytest.fixture
def client_of() -> Callable[..., TestClient]:
    """Give a maker of clients, signed in under a name or not at all."""
    return sign_in


def sign_in(app: FastAPI, name: str = "", password: str = "") -> TestClient:
    """Make a client with a session of `name`; a password takes it through the sign-in page."""
    client = TestClient(app, base_url="http://localhost", follow_redirects=False)
    if password:
        form = {"name": name, "password": password, "token": token_in(client.get("/sign-in").text)}
        assert client.post("/sign-in", data=form).status_code == 303
    elif name:
        site: Site = app.state.site
        user = users.user_named(site.store, name)
        assert user is not None
        client.cookies.set(cookie_name(site.options), new_session(site, user), domain="localhost.local")
    return client


def token_in(html: str) -> str:
    """Find the token that a page's forms carry."""
    return html.split('name="token" value="')[1].split('"')[0]


@pytest.fixture
def token() -> Callable[[str], str]:
    """Give the finder of form tokens."""
    return token_in


@pytest.fixture
def reviewer(app: FastAPI) -> TestClient:
    """Give a signed-in reviewer."""
    return sign_in(app, "reviewer")


@pytest.fixture
def save(store: Store) -> Callable[..., int]:
    """Give a shelf: store a message and get its number."""

    def put(message: NewMessage) -> int:
        number = messages.save_message(store, message, now=NOW).message_id
        assert number is not None
        return number

    return put


@pytest.fixture
def three(save: Callable[..., int]) -> tuple[int, int, int]:
    """Store three messages: two that need a person (the newer first in the queue), one that does not."""
    return save(message_of(1)), save(message_of(2)), save(sure_message_of(3))


@pytest.fixture
def decide(reviewer: TestClient) -> Callable[..., Any]:
    """Give the sender of a decision: as proposed, but for what is named."""

    def send(number: int, query: str = "", client: TestClient = reviewer, version: object = 1, **changes: Any) -> Any:
        form = {**AS_PROPOSED, **changes, "version": version, "token": token_in(client.get("/account").text)}
        return client.post(f"/messages/{number}/decide{query}", data=form)

    return send
