"""The API: tokens and what they may do, the same lists and decisions as on the page, and how it says no."""

import logging

import pytest
from fakes.review_pages import NOW, set_aside_of
from fakes.review_quotes import Quotes
from fastapi.routing import APIRoute

from review.api.app import ROUTERS
from review.tokens import Scope, hash_of, new_token
from storage import messages, reports, reviews, users
from storage.records import ReviewState
from storage.tokens import add_token, tokens

TAGS = [{"dimension": "disposition", "value": "triage"}, {"dimension": "user_category", "value": "media"}]


@pytest.fixture
def headers_of(store):
    """Give a maker of headers: a token of somebody, with scopes."""

    def make(name="administrator", scopes=tuple(Scope)):
        secret, user = new_token(), users.user_named(store, name)
        given = {"name": "test", "scopes": scopes, "token_hash": hash_of(secret)}
        add_token(store, user.id, **given, who="test", now=NOW)
        return {"Authorization": f"Bearer {secret}"}

    return make


@pytest.fixture
def api(app, client_of, headers_of):
    """Give a client whose token may do everything."""
    client = client_of(app)
    client.headers.update(headers_of())
    return client


def test_queue_has_the_page_s_filters(api, three):
    found = api.get("/api/v1/messages?state=pending&needs=yes&product=cohesion&limit=1").json()
    assert [row["id"] for row in found["rows"]] == [three[1]]
    assert (found["count"], found["count_is_exact"]) == (2, True)
    after = {"needs": "yes", "after": found["after"]}
    assert [row["id"] for row in api.get("/api/v1/messages", params=after).json()["rows"]] == [three[0]]


def test_flagged_messages_are_found_over_the_api(api, store, three):
    reviews.flag(store, three[1], who="second", flagged_for="reader", now=NOW)
    rows = api.get("/api/v1/messages?flagged=reader").json()["rows"]
    assert [(row["id"], row["flagged_for"]) for row in rows] == [(three[1], "reader")]
    assert api.get("/api/v1/messages?flagged=second").json()["rows"] == []


def test_message_comes_whole_and_the_look_is_noted(api, store, three):
    found = api.get(f"/api/v1/messages/{three[0]}").json()
    assert found["subject"] == "Cohesion figures, request 1"
    assert found["verdict"]["hits"][0]["words"] == "cohesion figures"
    assert [(look.who, look.what) for look in reviews.looks(store, three[0])] == [("administrator", "api")]


def test_decision_is_made_in_the_person_s_name(api, store, three):
    decision = {"version": 1, "tags": TAGS, "statements": [{"kind": "use", "text": "We use them to monitor cohesion"}]}
    answer = api.post(f"/api/v1/messages/{three[0]}/decision", json=decision | {"note": "by script"})
    assert (answer.status_code, answer.json()["state"]) == (200, "corrected")
    stands = reviews.message(store, three[0])
    assert stands.receipt.reviewed_by == "administrator"
    assert stands.history[-1].note == "by script"
    assert [item.text for item in stands.statements] == ["We use them to monitor cohesion"]


def test_repeating_what_the_rules_say_confirms(api, store, three):
    found = api.get(f"/api/v1/messages/{three[0]}").json()
    tags = [{name: tag[name] for name in ("dimension", "value")} for tag in found["tags"]]
    said = [{name: item[name] for name in ("kind", "text")} for item in found["statements"]]
    decision = {"version": found["version"], "tags": tags, "statements": said}
    api.post(f"/api/v1/messages/{three[0]}/decision", json=decision)
    assert reviews.message(store, three[0]).state is ReviewState.CONFIRMED


def test_stale_decision_is_refused_with_the_version_now(api, store, three):
    reviews.flag(store, three[0], who="second", flagged_for="x", now=NOW)
    answer = api.post(f"/api/v1/messages/{three[0]}/decision", json={"version": 1, "tags": TAGS})
    assert (answer.status_code, answer.json()["details"]) == (409, ["version: 2"])


@pytest.mark.parametrize(
    ("changes", "status", "told"),
    [
        pytest.param({"tags": []}, 409, "Choose what kind of message this is", id="no tags"),
        pytest.param(
            {"tags": [*TAGS, {"dimension": "use", "value": "x"}]}, 409, "a tag was not known", id="unknown tag"
        ),
        pytest.param({"statements": [{"kind": "use", "text": "zebra"}]}, 409, "is not in it", id="made-up quote"),
        pytest.param({"version": 0}, 422, "greater than or equal", id="no version"),
        pytest.param({"more": 1}, 422, "Extra inputs", id="unknown field"),
    ],
)
def test_decision_of_no_sense_says_everything_that_is_wrong(api, store, three, changes, status, told):
    answer = api.post(f"/api/v1/messages/{three[0]}/decision", json={"version": 1, "tags": TAGS} | changes)
    assert answer.status_code == status
    assert told in " ".join(answer.json()["details"])
    assert reviews.message(store, three[0]).state is ReviewState.PENDING


def test_month_counts_what_the_page_counts(api, three):
    found = api.get("/api/v1/months/2011-03").json()
    assert (found["messages"], found["needs_person"]) == (3, 2)
    assert {"dimension": "product", "value": "cohesion", "title": "Cohesion Topic Report", "messages": 3} in found[
        "tags"
    ]
    assert found["random_check"]["right"]["share"] is None


def test_issued_figures_come_as_they_were_frozen(api, store):
    made = {"status": "final", "issued_at": NOW, "rules_version": "r1", "sha256": "0", "message_ids": ()}
    reports.save_issue(store, month="2011-03", account=None, number=1, figures='{"a": [1.50]}', **made)
    reports.save_issue(store, month="2011-03", account="north", number=1, figures='{"a": [2]}', **made)
    listed = [(one["account"], one["month"], one["number"]) for one in api.get("/api/v1/digests").json()]
    assert listed == [("", "2011-03", 1), ("north", "2011-03", 1)]
    assert api.get("/api/v1/digests/2011-03/1").json() == {"a": [1.5]}
    assert api.get("/api/v1/digests/2011-03/1?account=north").json() == {"a": [2]}
    assert api.get("/api/v1/digests/2011-03/2").status_code == 404


def test_machine_and_people_are_told_without_secrets(api, store):
    messages.save_set_aside(store, set_aside_of(9), now=NOW)
    assert api.get("/api/v1/set-aside").json()[0]["error"] == "Its parts are nested more than 100 deep."
    assert api.get("/api/v1/runs").json() == []
    assert api.get("/api/v1/status").json()["set_aside"] == 1
    assert api.get("/api/v1/people").json()[0] == {"id": 3, "name": "administrator", "role": "administrator"}
    assert api.get("/api/v1/catalogue").json()[0]["id"] == "triage"
    assert "hash" not in api.get("/api/v1/tokens").text


def test_administrator_s_token_changes_a_role_but_not_its_own(api, store):
    assert api.put("/api/v1/people/1/role", json={"role": "reviewer"}).json()["role"] == "reviewer"
    assert api.put("/api/v1/people/3/role", json={"role": "reader"}).status_code == 409
    assert api.put("/api/v1/people/99/role", json={"role": "reader"}).status_code == 404


def test_administrator_s_token_gives_a_password_and_shuts_out_but_not_its_own(
    api, app, client_of, headers_of, store, caplog
):
    caplog.set_level("INFO", "review")
    reader, script = client_of(app, "reader"), headers_of("reader")
    path, new = f"/api/v1/people/{users.user_named(store, 'reader').id}", {"password": "three random words"}
    assert api.put(f"{path}/password", json={"password": "short"}).status_code == 422
    guessed = api.put(f"{path}/password", json={"password": "0" * 10})
    assert (guessed.status_code, "harder to guess" in guessed.text) == (409, True)
    asked_for = api.get("/api/v1/openapi.json").json()["components"]["schemas"]["PasswordIn"]["properties"]["password"]
    assert (asked_for["minLength"], asked_for["maxLength"]) == (10, 200)
    assert api.put(f"{path}/password", json=new).status_code == 204
    assert reader.get("/").status_code == 303
    client_of(app, "reader", new["password"])
    assert api.delete(path).status_code == 204
    assert client_of(app).get("/api/v1/messages", headers=script).status_code == 401
    assert api.put(f"{path}/password", json=new).status_code == 409
    assert "removed" in [one["role"] for one in api.get("/api/v1/people").json()]
    mine = f"/api/v1/people/{users.user_named(store, 'administrator').id}"
    assert (api.delete(mine).status_code, api.put(f"{mine}/password", json=new).status_code) == (409, 409)
    assert "user removed user=" in caplog.text
    assert new["password"] not in caplog.text


# every route with every scope and role

NEEDED = {
    ("GET", "/messages"): "read",
    ("GET", "/messages/{message_id}"): "read",
    ("POST", "/messages/{message_id}/decision"): "review",
    ("GET", "/quotes/{month}"): "read",
    ("PUT", "/messages/{message_id}/quotes"): "review",
    ("GET", "/catalogue"): "read",
    ("GET", "/months/{month}"): "read",
    ("GET", "/digests"): "read",
    ("GET", "/digests/{month}/{number}"): "read",
    ("GET", "/status"): "read",
    ("GET", "/runs"): "read",
    ("GET", "/ledger"): "read",
    ("GET", "/set-aside"): "read",
    ("GET", "/set-aside/{item_id}"): "read",
    ("POST", "/set-aside/{item_id}/retry"): "review",
    ("GET", "/people"): "administrate",
    ("PUT", "/people/{user_id}/role"): "administrate",
    ("PUT", "/people/{user_id}/password"): "administrate",
    ("DELETE", "/people/{user_id}"): "administrate",
    ("GET", "/tokens"): "administrate",
    ("DELETE", "/tokens/{token_id}"): "administrate",
}
FILLED = {"message_id": 1, "item_id": 1, "user_id": 99, "token_id": 99, "month": "2011-03", "number": 1}
BODIES = {
    "/messages/{message_id}/decision": {"version": 1, "tags": []},
    "/people/{user_id}/role": {"role": "reader"},
    "/people/{user_id}/password": {"password": "three random words"},
}


def test_table_names_every_route():
    routes = [route for module in ROUTERS for route in module.router.routes if isinstance(route, APIRoute)]
    assert {(method, route.path) for route in routes for method in route.methods} == set(NEEDED)


@pytest.mark.parametrize(
    ("name", "scopes", "reached"),
    [
        pytest.param("administrator", ["read"], {"read"}, id="scope read"),
        pytest.param("administrator", ["review"], {"review"}, id="scope review"),
        pytest.param("administrator", ["administrate"], {"administrate"}, id="scope administrate"),
        pytest.param("reader", list(Scope), {"read"}, id="reader with all scopes"),
        pytest.param("reviewer", list(Scope), {"read", "review"}, id="reviewer with all scopes"),
        pytest.param(None, [], set(), id="no token"),
    ],
)
def test_token_reaches_exactly_its_routes(app, client_of, headers_of, name, scopes, reached):
    client, headers = client_of(app), headers_of(name, scopes) if name else {}
    wrong = []
    for (method, path), scope in NEEDED.items():
        answer = client.request(method, f"/api/v1{path.format(**FILLED)}", headers=headers, json=BODIES.get(path))
        if (answer.status_code in (401, 403)) == (scope in reached):
            wrong.append((method, path, answer.status_code))
    assert wrong == []


def test_session_of_the_page_is_no_token(reviewer, three):
    assert reviewer.get("/api/v1/messages").status_code == 401


def test_revoked_token_is_refused(app, client_of, headers_of, store, api):
    headers = headers_of("reader", ["read"])
    number = next(one.id for one in tokens(store) if one.user_name == "reader")
    assert api.delete(f"/api/v1/tokens/{number}").status_code == 204
    assert client_of(app).get("/api/v1/messages", headers=headers).status_code == 401
    assert api.delete(f"/api/v1/tokens/{number}").status_code == 404


def test_wrong_tokens_wait_and_right_ones_do_not(app, client_of, headers_of, clock):
    client = client_of(app)
    wrong = [client.get("/api/v1/messages", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(22)]
    assert wrong == [401] * 20 + [429] * 2
    assert client.get("/api/v1/messages", headers=headers_of()).status_code == 200
    clock.move(minutes=16)
    assert client.get("/api/v1/messages", headers={"Authorization": "Bearer x"}).status_code == 401


def test_schema_is_for_whoever_is_signed_in(app, client_of, reviewer, api):
    assert client_of(app).get("/api/v1/openapi.json").status_code == 401
    by_token, on_the_page = api.get("/api/v1/openapi.json"), reviewer.get("/api/v1/openapi.json")
    assert by_token.json() == on_the_page.json()
    assert set(by_token.json()["paths"]) == {path for _, path in NEEDED}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/digests/%0A/1", 404),
        ("PATCH", "/messages", 405),
        ("GET", "/messages/0", 422),
        ("GET", "/months/x", 422),
    ],
)
def test_every_no_is_json(api, method, path, status):
    answer = api.request(method, f"/api/v1{path}")
    assert (answer.status_code, set(answer.json())) == (status, {"error", "details"})


def test_guard_says_no_in_json(app, client_of):
    answer = client_of(app).get("/api/v1/messages", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()["details"]) == (400, [])


# made and revoked on the page


def test_token_is_made_on_the_page_and_shown_once(app, client_of, store, token):
    root = client_of(app, "administrator")
    form = {"token": token(root.get("/people").text), "token_name": "notebook", "owner": "1", "scope": ["read", "x"]}
    page = root.post("/people/tokens", data=form).text
    secret = page.split('id="made" type="text" readonly value="')[1].split('"')[0]
    headers = {"Authorization": f"Bearer {secret}"}
    assert client_of(app).get("/api/v1/status", headers=headers).status_code == 200
    assert secret not in root.get("/people").text
    made = tokens(store)[0]
    assert (made.user_name, made.scopes, made.made_by) == ("reader", ("read",), "administrator")
    assert root.post(f"/people/tokens/{made.id}/revoke", data=form).status_code == 303
    assert client_of(app).get("/api/v1/status", headers=headers).status_code == 401


@pytest.mark.parametrize("change", [{"token_name": ""}, {"owner": "99"}, {"scope": []}, {"scope": ["everything"]}])
def test_token_without_a_purpose_an_owner_or_a_scope_is_not_made(app, client_of, store, token, change):
    root = client_of(app, "administrator")
    form = {"token": token(root.get("/people").text), "token_name": "notebook", "owner": "1", "scope": ["read"]}
    assert root.post("/people/tokens", data=form | change).status_code == 422
    assert tokens(store) == ()


def test_quotes_are_read_approved_and_withdrawn(make_app, client_of, headers_of, store, three):
    outside = Quotes()
    api = client_of(make_app(quotes=outside))
    api.headers.update(headers_of())
    reviews.confirm_many(store, [(three[0], 1)], who="second", now=NOW)
    (found,) = api.get("/api/v1/quotes/2011-03").json()
    assert (found["id"], found["published"], found["user_category"]) == (three[0], False, "local-government")
    assert found["quotes"][0]["text"] == "We use them to monitor cohesion in the [name]"
    address = f"/api/v1/messages/{three[0]}/quotes"
    assert api.put(address, json={"version": 1, "published": True}).status_code == 409
    assert all(
        said["quotable"] for said in api.put(address, json={"version": 2, "published": True}).json()["statements"]
    )
    assert api.get("/api/v1/quotes/2011-03").json()[0]["published"]
    decision = {"version": 3, "tags": TAGS, "statements": []}
    assert api.post(f"/api/v1/messages/{three[0]}/decision", json=decision).status_code == 200
    assert outside.withdrawn == [three[0]]
    undecided = api.put(f"/api/v1/messages/{three[1]}/quotes", json={"version": 1, "published": True})
    assert (undecided.status_code, undecided.json()["error"]) == (409, f"Nobody has decided on message {three[1]} yet.")


def test_quotes_that_stay_in_files_are_told(make_app, client_of, headers_of, store, three):
    api = client_of(make_app(quotes=Quotes(failure="disk full")))
    api.headers.update(headers_of())
    reviews.confirm_many(store, [(three[0], 1)], who="second", now=NOW)
    address = f"/api/v1/messages/{three[0]}"
    answer = api.put(f"{address}/quotes", json={"version": 2, "published": False})
    assert (answer.status_code, answer.json()["details"]) == (500, ["version: 3"])
    assert "still stand in files of digests: disk full." in answer.json()["error"]
    assert answer.json()["error"].endswith(f"statshop quotes --withdraw {three[0]}")
    assert api.put(f"{address}/quotes", json={"version": 3, "published": True}).status_code == 200
    answer = api.post(f"{address}/decision", json={"version": 4, "tags": TAGS, "statements": []})
    assert (answer.status_code, answer.json()["details"]) == (500, ["version: 5"])
    told = api.get("/api/v1/openapi.json").json()["paths"]
    for path, verb in (("quotes", "put"), ("decision", "post")):
        said = told[f"/messages/{{message_id}}/{path}"][verb]["responses"]["500"]["description"]
        assert said.startswith("It was saved")


def test_what_an_administrator_changes_is_logged(api, store, caplog):
    caplog.set_level(logging.INFO)
    reader = users.user_named(store, "reader")
    assert api.put(f"/api/v1/people/{reader.id}/role", json={"role": "reviewer"}).status_code == 200
    given = {"name": "other", "scopes": (Scope.READ,), "token_hash": "x"}
    made = add_token(store, reader.id, **given, who="test", now=NOW)
    assert api.delete(f"/api/v1/tokens/{made.id}").status_code == 204
    said = [record.getMessage() for record in caplog.records]
    by = users.user_named(store, "administrator").id
    assert f"role changed user={reader.id} role=reviewer by user={by}" in said
    assert f"token revoked id={made.id} by user={by}" in said


def test_cursor_that_no_page_gave_is_refused(api, three):
    assert api.get("/api/v1/messages?after=nonsense").status_code == 409
    after = api.get("/api/v1/messages?limit=1").json()["after"]
    assert api.get("/api/v1/messages", params={"after": after, "limit": 1}).status_code == 200
