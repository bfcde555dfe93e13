"""What every answer carries, and what never reaches a route."""

import sqlite3
import time
from contextlib import closing

import pytest

from review.tokens import Scope, hash_of, new_token
from storage import users
from storage.engine import BUSY_TIMEOUT_SECONDS
from storage.errors import StorageBusy
from storage.tokens import add_token


@pytest.mark.parametrize("path", ["/messages", "/sign-in", "/nowhere", "/healthz", "/assets/page.css", "/help"])
def test_every_answer_carries_the_policy(reviewer, path):
    headers = reviewer.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self' 'nonce-")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


def test_nonce_is_new_each_time_and_on_the_page(reviewer):
    first, second = reviewer.get("/help"), reviewer.get("/help")
    nonce = first.headers["content-security-policy"].split("'nonce-")[1].split("'")[0]
    assert f'nonce="{nonce}"' in first.text
    assert nonce not in second.headers["content-security-policy"]


def test_pages_are_not_kept_and_static_files_are(reviewer):
    assert reviewer.get("/messages").headers["cache-control"] == "no-store"
    assert "immutable" in reviewer.get("/assets/page.css?v=1").headers["cache-control"]


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "localhost@evil.example"])
def test_another_host_is_refused(reviewer, host):
    assert reviewer.get("/messages", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost:8080", "LOCALHOST", "127.0.0.1", "[::1]:80"])
def test_our_own_hosts_are_answered(reviewer, host):
    assert reviewer.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
    ],
)
def test_post_from_another_site_is_refused(reviewer, token, headers):
    form = {"token": token(reviewer.get("/account").text), "keys": "off"}
    assert reviewer.post("/account/keys", data=form, headers=headers).status_code == 403


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": "http://localhost"}, {}])
def test_post_from_our_page_is_taken(reviewer, token, headers):
    form = {"token": token(reviewer.get("/account").text), "keys": "off"}
    assert reviewer.post("/account/keys", data=form, headers=headers).status_code == 303


@pytest.mark.parametrize("wrong", ["", "0" * 64, "ü"])
def test_post_without_the_right_token_changes_nothing(reviewer, wrong):
    answer = reviewer.post("/account/keys", data={"token": wrong, "keys": "off"})
    assert answer.status_code == 403
    assert "Keys are <strong>on</strong>" in reviewer.get("/account").text


def test_huge_body_is_refused_before_it_is_read(reviewer):
    answer = reviewer.post("/account/keys", content=b"", headers={"content-length": "99000000000"})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path", ["/messages/99999999999999999999", "/messages/0", "/messages/x", "/set-aside/77", "/months/2011-13"]
)
def test_what_is_not_there_is_a_page_that_says_so(reviewer, path):
    answer = reviewer.get(path)
    assert answer.status_code == 404
    assert "Page not found" in answer.text


def test_page_without_a_database_says_so_plainly(app, reviewer, database):
    for name in (database, *database.parent.glob(f"{database.name}-*")):
        name.write_bytes(b"not a database any more")
    answer = reviewer.get("/messages")
    assert answer.status_code == 503
    assert "Traceback" not in answer.text
    assert reviewer.get("/readyz").status_code == 503
    assert reviewer.get("/healthz").status_code == 200


def test_mistake_of_the_program_is_told_in_words_and_dressed(make_app, client_of, token):
    def broken(*asked, **more):
        raise ArithmeticError("of the program")

    client = client_of(make_app(explain=broken), "reviewer")
    client._transport.raise_server_exceptions = False  # as a server, it answers
    page = client.get("/explain").text
    answer = client.post("/explain", data={"text": "Hello", "token": token(page)})
    assert answer.status_code == 500
    assert "The page ran into a mistake of its own." in answer.text
    assert "ArithmeticError" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/messages/1", "/messages/1/raw", "/api/v1/messages/1"])
def test_store_that_is_being_written_can_be_read(app, client_of, clock, database, store, three, path):
    client, secret = client_of(app, "reviewer"), new_token()
    given = {"name": "test", "scopes": tuple(Scope), "token_hash": hash_of(secret)}
    add_token(store, users.user_named(store, "reviewer").id, **given, who="test", now=clock())
    clock.move(minutes=5)
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        assert client.get(path, headers={"Authorization": f"Bearer {secret}"}).status_code == 200
        assert time.monotonic() - begun < BUSY_TIMEOUT_SECONDS / 2


def test_store_that_is_busy_says_once_that_nothing_was_changed(app, client_of, token, monkeypatch):
    client = client_of(app, "reviewer")
    form = {"keys": "on", "token": token(client.get("/account").text)}

    def busy(*asked, **more):
        raise StorageBusy("locked")

    monkeypatch.setattr(users, "set_keys_enabled", busy)
    assert client.post("/account/keys", data=form).text.count("Nothing was changed") == 1


@pytest.mark.parametrize("what", ["original.html", "raw"])
def test_message_that_is_not_there_is_no_fault_of_the_store(reviewer, caplog, what):
    assert reviewer.get(f"/messages/999/{what}").status_code == 404
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_number_that_no_database_holds_is_not_confirmed(reviewer, token, three):
    form = {"token": token(reviewer.get("/account").text), "message": [f"{10**30}:1", f"{three[0]}:{10**30}"]}
    assert reviewer.post("/messages/confirm", data=form).status_code == 200
