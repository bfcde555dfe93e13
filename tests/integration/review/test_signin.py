"""Signing in and out: passwords, throttling, sessions."""

import pytest

from review import passwords
from review.options import PageOptions
from storage import users


def sign_in_form(client, token, **fields):
    """Fill in the sign-in form."""
    return {"token": token(client.get("/sign-in").text), "name": "reviewer", "password": "wrong", **fields}


def test_nobody_is_sent_to_sign_in_and_back(app, client_of):
    answer = client_of(app).get("/messages?state=pending")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/messages%3Fstate%3Dpending"


def test_right_password_opens_a_session_and_goes_on(app, client_of, token):
    client = client_of(app)
    form = sign_in_form(client, token, password="three random words", next="/runs")
    answer = client.post("/sign-in", data=form)
    assert answer.headers["location"] == "/runs"
    assert client.get("/runs").status_code == 200


@pytest.mark.parametrize("name", ["reviewer", "nobody", ""])
def test_wrong_sign_in_says_the_same_whoever_it_is(app, client_of, token, name):
    client = client_of(app)
    answer = client.post("/sign-in", data=sign_in_form(client, token, name=name))
    assert answer.status_code == 403
    assert "Enter the name and password of somebody who may sign in" in answer.text


def test_too_many_wrong_passwords_make_the_name_wait(app, client_of, token, clock):
    client = client_of(app)
    for _ in range(5):
        client.post("/sign-in", data=sign_in_form(client, token))
    right = sign_in_form(client, token, password="three random words")
    assert client.post("/sign-in", data=right).status_code == 429
    clock.move(minutes=16)
    assert client.post("/sign-in", data=right).status_code == 303


def test_cookie_is_closed_to_scripts_and_other_sites(make_app, client_of, token):
    app = make_app(PageOptions(secure_cookies=True))
    client = client_of(app)
    client.base_url = "https://localhost"
    answer = client.post("/sign-in", data=sign_in_form(client, token, password="three random words"))
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("__Host-statshop="))
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Secure", "Path=/"))


@pytest.mark.parametrize(("by", "works"), [({"minutes": 59}, True), ({"minutes": 61}, False)])
def test_idle_session_ends(reviewer, clock, by, works):
    clock.move(**by)
    assert (reviewer.get("/messages").status_code == 200) is works


def test_session_ends_however_busy(reviewer, clock):
    for _ in range(12):
        clock.move(minutes=59)
        reviewer.get("/messages")
    clock.move(minutes=13)
    assert reviewer.get("/messages").status_code == 303


def test_sign_out_ends_the_session_in_the_store(app, reviewer, token, client_of):
    cookie = reviewer.cookies["statshop"]
    reviewer.post("/sign-out", data={"token": token(reviewer.get("/messages").text)})
    again = client_of(app)
    again.cookies.set("statshop", cookie)
    assert again.get("/messages").status_code == 303


def test_sign_in_form_without_its_token_is_refused(app, client_of):
    client = client_of(app)
    answer = client.post("/sign-in", data={"name": "reviewer", "password": "three random words"})
    assert answer.status_code == 403
    assert "statshop" not in client.cookies


def test_sign_in_never_leads_to_another_site(app, client_of, token):
    client = client_of(app)
    form = sign_in_form(client, token, password="three random words", next="//evil.example/")
    assert client.post("/sign-in", data=form).headers["location"] == "/"


SAVED = "Your settings were saved."


@pytest.mark.parametrize("what", ["keys", "password"])
def test_settings_are_told_to_be_saved_where_they_were(app, clock, client_of, token, what):
    """An address that is made up, kept or sent to somebody else says nothing."""
    here, elsewhere = client_of(app, "second"), client_of(app, "reviewer")
    form = {"token": token(here.get("/account").text), "present": "three random words", "new": "four more random words"}
    saved = here.post(f"/account/{what}", data=form).headers["location"]
    assert SAVED in here.get(saved).text
    assert SAVED not in elsewhere.get(saved).text
    clock.move(minutes=6)
    assert SAVED not in here.get(saved).text


@pytest.mark.parametrize("mark", ["yes", "1300000000-0", "x-y", "-", "99999999999999999999-0", "²-é"])
def test_settings_are_not_told_to_be_saved_because_an_address_says_so(app, client_of, mark):
    answer = client_of(app, "reviewer").get("/account", params={"saved": mark})
    assert (answer.status_code, SAVED in answer.text) == (200, False)


def test_new_password_ends_other_sessions_and_keeps_this_one(app, store, client_of, token):
    here, elsewhere = client_of(app, "second"), client_of(app, "second")
    form = {"token": token(here.get("/account").text), "present": "three random words", "new": "four more random words"}
    assert here.post("/account/password", data=form).status_code == 303
    assert here.get("/messages").status_code == 200
    assert elsewhere.get("/messages").status_code == 303
    assert client_of(app, "second", "four more random words").get("/messages").status_code == 200
    assert users.user_named(store, "second").role == "reviewer"


def test_new_password_needs_the_present_one(app, client_of, token):
    client = client_of(app, "second")
    form = {"token": token(client.get("/account").text), "present": "wrong", "new": "four more random words"}
    answer = client.post("/account/password", data=form)
    assert answer.status_code == 422
    assert "Enter your present password" in answer.text


def test_signing_in_forgets_sessions_and_refusals_that_are_long_over(app, store, clock, client_of):
    client_of(app, "reviewer")
    users.record_failed_sign_in(store, "reviewer", now=clock())
    clock.move(hours=11)
    client_of(app, "second")
    clock.move(hours=2)
    client_of(app, "reader")
    assert held(store, "reviewer_session") == 2  # the first is over, whatever was done in it
    assert held(store, "failed_sign_in") == 0


def held(store, table):
    """Count the rows of a table."""
    with store.reading() as session:
        return session.connection().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()


def test_sign_out_takes_a_cookie_of_tls_away_over_tls(make_app, client_of, token):
    client = client_of(make_app(PageOptions(secure_cookies=True)))
    client.base_url = "https://localhost"
    client.post("/sign-in", data=sign_in_form(client, token, password="three random words"))
    answer = client.post("/sign-out", data={"token": token(client.get("/account").text)})
    assert "Secure" in answer.headers["set-cookie"]


def test_attempt_counts_before_its_password_is_looked_at(app, client_of, token, clock, monkeypatch, store):
    counted = []

    def verify(password_hash, password):
        counted.append(users.failed_sign_ins_since(store, "reviewer", clock()))
        return password == "right"

    monkeypatch.setattr(passwords, "verify_password", verify)
    client = client_of(app)
    client.post("/sign-in", data=sign_in_form(client, token))
    client.post("/sign-in", data=sign_in_form(client, token, password="right"))
    assert counted == [1, 2]
    assert users.failed_sign_ins_since(store, "reviewer", clock()) == 1
