"""Every route as everybody: the table below is the whole of what each role may do."""

import pytest
from fakes.review_pages import message_of, set_aside_of
from fastapi.routing import APIRoute

from review.app import ROUTERS
from storage import messages

EVERYBODY, READER, REVIEWER, ADMINISTRATOR = range(4)
NAMES = {READER: "reader", REVIEWER: "reviewer", ADMINISTRATOR: "administrator"}
NEEDED = {
    ("GET", "/sign-in"): EVERYBODY,
    ("POST", "/sign-in"): EVERYBODY,
    ("GET", "/sign-in/department"): EVERYBODY,
    ("GET", "/sign-in/return"): EVERYBODY,
    ("GET", "/accessibility"): EVERYBODY,
    ("GET", "/healthz"): EVERYBODY,
    ("GET", "/readyz"): EVERYBODY,
    ("GET", "/metrics"): EVERYBODY,  # on this machine: test_monitoring.py
    ("POST", "/sign-out"): READER,
    ("GET", "/account"): READER,
    ("POST", "/account/keys"): READER,
    ("POST", "/account/password"): READER,
    ("GET", "/"): READER,
    ("GET", "/messages"): READER,
    ("POST", "/messages/confirm"): REVIEWER,
    ("GET", "/messages/confirm"): READER,
    ("GET", "/messages/{message_id:int}"): READER,
    ("GET", "/messages/{message_id:int}/next"): READER,
    ("GET", "/messages/{message_id:int}/company"): READER,
    ("GET", "/messages/{message_id:int}/original"): READER,
    ("GET", "/messages/{message_id:int}/original.html"): READER,
    ("GET", "/messages/{message_id:int}/raw"): READER,
    ("GET", "/messages/{message_id:int}/decide"): READER,
    ("POST", "/messages/{message_id:int}/decide"): REVIEWER,
    ("POST", "/messages/{message_id:int}/flag"): REVIEWER,
    ("GET", "/messages/{message_id:int}/flag"): READER,
    ("POST", "/undo"): REVIEWER,
    ("GET", "/undo"): READER,
    ("GET", "/second-reading"): REVIEWER,
    ("GET", "/second-reading/{message_id:int}"): REVIEWER,
    ("GET", "/second-reading/{message_id:int}/next"): REVIEWER,
    ("POST", "/second-reading/{message_id:int}"): REVIEWER,
    ("GET", "/second-reading/{message_id:int}/undo"): REVIEWER,
    ("POST", "/second-reading/{message_id:int}/undo"): REVIEWER,
    ("GET", "/months"): READER,
    ("GET", "/months/{month}"): READER,
    ("GET", "/quotes"): READER,
    ("GET", "/quotes/{month}"): READER,
    ("POST", "/quotes/{month}/{message_id:int}"): REVIEWER,
    ("GET", "/digests"): READER,
    ("GET", "/digests/files/{path:path}"): READER,
    ("GET", "/digests/{month}"): READER,
    ("GET", "/digests/{month}/number"): READER,
    ("POST", "/digests/{month}/final"): ADMINISTRATOR,
    ("GET", "/ledger"): READER,
    ("GET", "/runs"): READER,
    ("GET", "/jobs"): READER,
    ("GET", "/set-aside"): READER,
    ("GET", "/set-aside/{item_id:int}"): READER,
    ("GET", "/set-aside/{item_id:int}/raw"): READER,
    ("POST", "/set-aside/{item_id:int}/retry"): REVIEWER,
    ("POST", "/set-aside/{item_id:int}/file"): REVIEWER,
    ("GET", "/people"): ADMINISTRATOR,
    ("POST", "/people"): ADMINISTRATOR,
    ("POST", "/people/{user_id:int}/role"): ADMINISTRATOR,
    ("GET", "/people/{user_id:int}"): ADMINISTRATOR,
    ("POST", "/people/{user_id:int}/password"): ADMINISTRATOR,
    ("POST", "/people/{user_id:int}/remove"): ADMINISTRATOR,
    ("GET", "/rules"): READER,
    ("GET", "/rules/new"): REVIEWER,
    ("POST", "/rules/new"): REVIEWER,
    ("GET", "/rules/{rule_id}"): READER,
    ("POST", "/people/tokens"): ADMINISTRATOR,
    ("POST", "/people/tokens/{token_id:int}/revoke"): ADMINISTRATOR,
    ("GET", "/explain"): READER,
    ("POST", "/explain"): READER,
    ("GET", "/help"): READER,
}
FILLED = {
    "{message_id:int}": "1",
    "{item_id:int}": "1",
    "{token_id:int}": "1",
    "{user_id:int}": "1",
    "{month}": "2011-03",
    "{path:path}": "x",
}


def routes_of(app):
    """Give every (method, path) that the page answers to."""
    routers = [module.router for module in ROUTERS]
    assert len(app.routes) == len(routers) + 2  # and the static files, and the API: its table stands in test_api.py
    found = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    return {(method, route.path) for route in found for method in route.methods}


def test_table_names_every_route(app):
    assert routes_of(app) == set(NEEDED)


@pytest.mark.parametrize("role", [EVERYBODY, READER, REVIEWER, ADMINISTRATOR])
def test_role_reaches_exactly_its_routes(app, store, client_of, token, role):
    messages.save_message(store, message_of(1), now=app.state.site.clock())
    messages.save_set_aside(store, set_aside_of(9), now=app.state.site.clock())
    wrong = []
    for (method, path), needed in sorted(NEEDED.items()):
        client = client_of(app, NAMES.get(role, ""))
        answer = asked(client, token, method, path, signed_in=role != EVERYBODY)
        if let_through(answer) != (role >= needed):
            wrong.append((method, path, answer.status_code))
    assert wrong == []


def asked(client, token, method, path, *, signed_in):
    """Ask for a route, with a form token where one can be had."""
    for name, value in FILLED.items():
        path = path.replace(name, value)
    form = {"token": token(client.get("/account").text)} if signed_in else {}
    return client.get(path) if method == "GET" else client.post(path, data=form)


def let_through(answer):
    """Say whether a route did its work: neither sent to sign in, nor refused for the role."""
    to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next")
    signed_out = answer.status_code == 303 and answer.headers["location"] == "/sign-in"
    refused = answer.status_code == 403 and "You may not do this" in answer.text
    return not (to_sign_in or refused or (signed_out and "set-cookie" not in answer.headers))
