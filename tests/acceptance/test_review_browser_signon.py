"""Single sign-on as a person sees it: in Chromium, at a provider on another site that asks for name and password."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from fakes.openid import CLIENT, KNOWN, SECRET, Provider, running_provider
from fakes.review_browser import complaints_of, listening
from fakes.review_pages import NOW, catalogue_of, message_of

from review.app import create_app
from review.options import PageOptions
from review.signon import Admission
from storage import messages, users
from storage.engine import Store

pytestmark = pytest.mark.browser
oidc = pytest.importorskip("review.oidc", reason="needs the extra oidc")


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Run a provider that asks; to a browser, `localhost` is another site than the page's 127.0.0.1."""
    with running_provider() as running:
        running.url = running.url.replace("127.0.0.1", "localhost")
        running.asks = True
        yield running


@pytest.fixture
def address(sqlite_store: Store, provider: Provider) -> Iterator[str]:
    """Serve the page; kim was added without a password, and comes in as a reviewer by a role of the provider."""
    users.add_user(sqlite_store, "kim", "", "reader")
    messages.save_message(sqlite_store, message_of(1), now=NOW)
    admission = Admission(roles={"reviewer": ("StatShop.Review",)})
    app = create_app(sqlite_store, catalogue_of(), PageOptions(admission=admission))
    with listening(app) as listens:
        known = {"client_id": CLIENT, "client_secret": SECRET, "label": "the department’s sign-in"}
        sign_on = oidc.Oidc(oidc.OidcOptions(issuer=provider.url, address=listens, **known))
        app.state.site = replace(app.state.site, sign_on=sign_on)
        provider.redirect_uri = f"{listens}/sign-in/return"
        provider.claims |= {"roles": ["StatShop.Review"]}
        yield listens


@pytest.fixture
def open_page(chromium: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Give an opener of browser windows of nobody."""
    contexts = []

    def open_one(**settings: Any) -> Any:
        context = chromium.new_context(base_url=address, **settings)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.complaints = complaints_of(page)
        return page

    yield open_one
    for context in contexts:
        context.close()


def signed_in_there(page: Any, password: str = KNOWN) -> None:
    """Fill in the provider's form."""
    page.wait_for_url("http://localhost:*/authorize?**")
    page.fill("[name=name]", "kim")
    page.fill("[name=password]", password)
    page.click("text=Continue")


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_person_goes_to_the_provider_and_comes_back_to_where_they_were_going(
    open_page: Callable[..., Any], sqlite_store: Store, scripts: bool
) -> None:
    page = open_page(java_script_enabled=scripts)
    page.goto("/messages/1?state=pending")
    page.click("text=Sign in with the department’s sign-in")
    signed_in_there(page, "wrong")
    page.fill("[name=password]", KNOWN)
    page.click("text=Continue")
    page.wait_for_url("**/messages/1?state=pending")
    assert page.is_visible("text=Signed in as kim")
    page.click("text=Save and go to the next" if not scripts else "#save")
    page.wait_for_selector("text=That was the last message of this list.")
    kim = users.user_named(sqlite_store, "kim")
    assert kim is not None
    assert (kim.role, kim.password_hash) == ("reviewer", "")
    assert page.complaints == []


def test_signing_out_ends_the_session_here_and_signing_in_again_asks_nothing(open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.goto("/sign-in")
    page.click("text=Sign in with the department’s sign-in")
    signed_in_there(page)
    page.wait_for_url("**/messages?state=pending")
    page.click("text=Sign out")
    page.goto("/messages/1")
    assert "/sign-in?next=" in page.url
    page.click("text=Sign in with the department’s sign-in")
    page.wait_for_url("**/messages/1")
    ours = {cookie["name"] for cookie in page.context.cookies() if cookie["domain"] == "127.0.0.1"}
    assert ours == {"statshop", "statshop-sign-in"}  # what bound the browser while it was away is gone


def test_somebody_whom_nobody_added_is_refused_in_words(
    open_page: Callable[..., Any], provider: Provider, sqlite_store: Store
) -> None:
    provider.claims = {"sub": "s-2", "preferred_username": "lee"}
    page = open_page()
    page.goto("/sign-in")
    page.click("text=Sign in with the department’s sign-in")
    signed_in_there(page)
    page.wait_for_selector("text=You are signed in there as lee.")
    page.goto("/messages")
    assert "/sign-in" in page.url
    assert users.user_named(sqlite_store, "lee") is None


def test_link_of_another_site_cannot_sign_somebody_in_as_another(open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.goto("/sign-in/return?code=stolen&state=made-up")
    assert page.is_visible("text=You were not signed in")
    page.goto("/messages")
    assert "/sign-in" in page.url
