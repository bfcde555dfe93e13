"""Single sign-on against a provider that really answers, and one that lies; and sign-in by a proxy."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fakes.openid import CLIENT, SECRET, running_provider
from fakes.review_pages import NOW

from review.options import PageOptions
from review.proxied import ProxyOptions
from review.signon import Admission
from storage import users

oidc = pytest.importorskip("review.oidc", reason="needs the extra oidc")


@pytest.fixture
def provider():
    with running_provider() as running:
        yield running


@pytest.fixture
def page_of(make_app, client_of, provider):
    """Give a maker of clients of a page with single sign-on."""

    def make(admission=None, **known):
        options = oidc.OidcOptions(
            issuer=provider.url, client_id=CLIENT, client_secret=SECRET, address="http://localhost", **known
        )
        admission = admission or Admission(unknown="reader")
        return client_of(make_app(PageOptions(admission=admission), sign_on=oidc.Oidc(options)))

    return make


def there_and_back(client, path="/sign-in/department"):
    """Go to the provider as a browser does, and come back with what it gave."""
    gone = client.get(path)
    assert gone.status_code == 303, gone.text
    sent_on = httpx.get(gone.headers["location"], follow_redirects=False, trust_env=False)
    back = urlsplit(sent_on.headers["location"])
    return client.get(f"{back.path}?{back.query}")


def test_somebody_comes_in_and_goes_on(page_of, store):
    client = page_of()
    assert "Sign in with your department’s sign-in" in client.get("/sign-in?next=/runs").text
    answer = there_and_back(client, "/sign-in/department?next=/runs")
    assert (answer.status_code, answer.headers["location"]) == (303, "/runs")
    assert client.get("/runs").status_code == 200
    kim = users.user_named(store, "kim")
    assert (kim.role, kim.password_hash) == ("reader", "")
    assert kim.subject.endswith(" s-1")


def test_what_is_sent_to_the_provider_is_new_each_time_and_bound(page_of, provider):
    client = page_of()
    sent = [parse_qs(urlsplit(client.get("/sign-in/department").headers["location"]).query) for _ in range(2)]
    for query in sent:
        assert query["response_type"] == ["code"]
        assert query["code_challenge_method"] == ["S256"]
        assert len(query["code_challenge"][0]) == 43
    assert all(sent[0][name] != sent[1][name] for name in ("state", "nonce", "code_challenge"))


def test_cookies_are_closed_to_scripts_and_other_sites(page_of):
    client = page_of()
    going = client.get("/sign-in/department").headers["set-cookie"]
    assert all(part in going for part in ("HttpOnly", "SameSite=lax", "Path=/"))
    coming = there_and_back(client).headers.get_list("set-cookie")
    assert any("statshop=" in one and "HttpOnly" in one and "SameSite=lax" in one for one in coming)
    assert any(one.startswith('statshop-sign-on=""') for one in coming)


@pytest.mark.parametrize("lie", ["state", "mixed up", "refuses", "shared key", "unsigned", "forged"])
def test_provider_that_lies_lets_nobody_in(page_of, provider, store, lie):
    client = page_of()
    provider.lies = {lie}
    assert refused(client, there_and_back(client))
    assert users.user_named(store, "kim") is None


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"iss": "https://elsewhere.example"}, id="another issuer"),
        pytest.param({"aud": "another-page"}, id="for another page"),
        pytest.param({"aud": ["another-page"], "azp": CLIENT}, id="for another page, handed to us"),
        pytest.param({"nonce": "x"}, id="of another sign-in"),
        pytest.param({"nonce": None}, id="of no sign-in"),
        pytest.param({"exp": 1_300_000_000}, id="long over"),
        pytest.param({"sub": None}, id="of nobody"),
        pytest.param({"preferred_username": None}, id="without a name"),
        pytest.param({"preferred_username": ["kim"]}, id="a name that is none"),
        pytest.param({"at_hash": "x"}, id="with another access token"),
    ],
)
def test_token_that_is_not_ours_lets_nobody_in(page_of, provider, store, changes):
    client = page_of()
    provider.changes = changes
    assert refused(client, there_and_back(client))
    assert users.user_named(store, "kim") is None


def refused(client, answer):
    return (
        answer.status_code == 403
        and "You were not signed in" in answer.text
        and "elsewhere.example" not in answer.text
        and client.get("/messages").status_code == 303
    )


@pytest.mark.parametrize("lie", ["issuer", "plain keys", "down"])
def test_provider_that_cannot_be_trusted_or_reached_is_told_and_not_remembered(page_of, provider, lie):
    client = page_of()
    provider.lies = {lie}
    answer = client.get("/sign-in/department")
    assert answer.status_code == 503
    assert "does not answer" in answer.text
    provider.lies = set()
    assert there_and_back(client).status_code == 303


def test_code_is_worth_nothing_in_another_browser(page_of, client_of, provider):
    client = page_of()
    gone = client.get("/sign-in/department").headers["location"]
    back = urlsplit(provider.authorised({name: values[0] for name, values in parse_qs(urlsplit(gone).query).items()}))
    other = client_of(client.app)
    assert refused(other, other.get(f"{back.path}?{back.query}"))
    other.get("/sign-in/department")  # with a sign-in of its own under way
    assert refused(other, other.get(f"{back.path}?{back.query}"))


def test_new_keys_of_the_provider_are_fetched(page_of, client_of, provider):
    client = page_of()
    there_and_back(client)
    provider.renew_keys()
    assert there_and_back(client_of(client.app)).status_code == 303
    assert provider.asked.count("/keys") == 2


def test_wrong_client_secret_lets_nobody_in(make_app, client_of, provider):
    options = oidc.OidcOptions(issuer=provider.url, client_id=CLIENT, client_secret="x", address="http://localhost")
    client = client_of(make_app(sign_on=oidc.Oidc(options)))
    assert refused(client, there_and_back(client))
    assert "client_secret" not in repr(options)


# who may come in, and as what


@pytest.mark.parametrize(
    ("theirs", "unknown", "role"),
    [
        pytest.param(["stat-admins", "stat-reviewers"], "refuse", "administrator", id="the highest"),
        pytest.param(["stat-reviewers"], "refuse", "reviewer", id="reviewer"),
        pytest.param("stat-reviewers", "refuse", "reviewer", id="one as text"),
        pytest.param(["other"], "reader", "reader", id="none of ours, readers admitted"),
        pytest.param(["other"], "refuse", None, id="none of ours"),
        pytest.param(None, "refuse", None, id="no roles"),
        pytest.param({"a": 1}, "refuse", None, id="roles that are none"),
    ],
)
def test_provider_s_roles_give_ours(page_of, provider, store, theirs, unknown, role):
    provider.changes = {"roles": theirs}
    roles = {"administrator": ("stat-admins",), "reviewer": ("stat-reviewers",)}
    client = page_of(Admission(unknown=unknown, roles=roles))
    answer = there_and_back(client)
    kim = users.user_named(store, "kim")
    assert (kim.role if kim else None) == role
    assert answer.status_code == (303 if role else 403)


def test_role_is_taken_away_where_the_provider_takes_it(page_of, client_of, provider, store):
    client = page_of(Admission(roles={"reviewer": ("stat-reviewers",)}))
    provider.changes = {"roles": ["stat-reviewers"]}
    there_and_back(client)
    provider.changes = {"roles": []}
    answer = there_and_back(client_of(client.app))
    assert answer.status_code == 403
    assert "You have no role here any more." in answer.text


def test_unknown_person_is_refused_by_name(page_of, store):
    answer = there_and_back(page_of(Admission()))
    assert answer.status_code == 403
    assert "You are signed in there as kim. You are not among the people who may use this page." in answer.text
    assert users.user_named(store, "kim") is None


def test_person_added_without_a_password_comes_in_and_is_known_by_subject_then(page_of, client_of, provider, store):
    users.add_user(store, "Kim", "", "reviewer")
    client = page_of(Admission())
    assert there_and_back(client).status_code == 303
    provider.claims["preferred_username"] = "kim.married"
    assert there_and_back(client_of(client.app)).status_code == 303
    assert users.user_named(store, "kim.married") is None
    provider.claims = {"sub": "s-2", "preferred_username": "kim"}  # the old name, given to somebody else
    assert there_and_back(client_of(client.app)).status_code == 403


@pytest.mark.parametrize("name", ["administrator", "ADMINISTRATOR"])
def test_name_at_the_provider_opens_no_account_with_a_password(page_of, provider, store, name):
    provider.claims["preferred_username"] = name
    answer = there_and_back(page_of())
    assert answer.status_code == 403
    assert "Somebody else has this name here." in answer.text
    assert users.user_named(store, name).subject == ""


def test_nobody_without_a_password_signs_in_with_one(page_of, client_of, token, store):
    there_and_back(client := page_of())
    other = client_of(client.app)
    form = {"token": token(other.get("/sign-in").text), "name": "kim", "password": ""}
    assert other.post("/sign-in", data=form).status_code == 403


@pytest.mark.parametrize("path", ["/sign-in/department", "/sign-in/return?code=x&state=y"])
def test_page_without_single_sign_on_offers_none(app, client_of, path):
    client = client_of(app)
    assert client.get(path).status_code == 404
    assert "Sign in with" not in client.get("/sign-in").text


@pytest.mark.parametrize(
    "admission", [Admission(unknown="reader"), Admission(roles={"reviewer": ("StatShop.Review",)})]
)
@pytest.mark.parametrize("came_before", [True, False])
def test_whom_an_administrator_shut_out_is_not_let_in_as_anybody(page_of, provider, store, admission, came_before):
    provider.claims["roles"] = ["StatShop.Review"]
    if came_before:
        assert there_and_back(page_of(admission)).status_code == 303
    else:
        users.add_user(store, "kim", "hash", "reviewer")
    kim = users.user_named(store, "kim")
    users.remove_user(store, kim.id, now=NOW)
    provider.claims["preferred_username"] = "kim" if not came_before else "kim.renamed"
    answer = there_and_back(page_of(admission))
    assert (answer.status_code, "You may no longer use this page" in answer.text) == (403, True)
    assert [user.name for user in users.users(store) if user.name.startswith("kim")] == ["kim"]
    assert users.user_named(store, "kim").is_removed


# a proxy that signs people in


@pytest.fixture
def behind(make_app, client_of, monkeypatch):
    """Give a maker of clients of a page behind a proxy; they connect from an address."""
    from starlette.testclient import TestClient

    def make(peer="10.1.2.3", name="reviewer", **changes):
        proxy = ProxyOptions(header="X-Remote-User", addresses=("10.1.2.0/24", "::1"), **changes)
        app = make_app(PageOptions(proxy=proxy))
        client = TestClient(app, base_url="http://localhost", follow_redirects=False, client=(peer, 1))
        client.headers.update({"X-Remote-User": name} if name else {})
        return client

    return make


def test_whom_the_proxy_names_comes_in(behind):
    client = behind()
    assert client.get("/sign-in?next=/runs").headers["location"] == "/runs"
    assert "Signed in as" in client.get("/runs").text


@pytest.mark.parametrize("peer", ["10.1.3.3", "127.0.0.1", "nowhere"])
def test_header_from_elsewhere_is_not_believed(behind, peer):
    client = behind(peer)
    assert client.get("/sign-in").status_code == 200
    assert client.get("/runs").status_code == 303


def test_header_is_not_believed_unless_it_is_set(app, client_of):
    client = client_of(app)
    client.headers["X-Remote-User"] = "administrator"
    assert client.get("/sign-in").status_code == 200


def test_two_names_are_none(behind):
    client = behind(name="")
    twice = [("X-Remote-User", "administrator"), ("X-Remote-User", "reviewer")]
    assert client.get("/sign-in", headers=twice).status_code == 200


def test_another_name_at_the_proxy_is_another_session(behind):
    client = behind()
    client.get("/sign-in")
    client.headers["X-Remote-User"] = "reader"
    assert client.get("/messages").status_code == 303
    client.get("/sign-in")
    assert ">reader</a>" in client.get("/runs").text


@pytest.mark.parametrize(("unknown", "status", "role"), [("refuse", 403, None), ("reader", 303, "reader")])
def test_unknown_name_at_the_proxy(behind, store, unknown, status, role):
    answer = behind(name="", unknown=unknown).get("/sign-in", headers=[(b"X-Remote-User", "Zoë".encode())])
    assert answer.status_code == status
    found = users.user_named(store, "Zoë")
    assert (found.role if found else None) == role


def test_whom_an_administrator_shut_out_does_not_come_in_by_the_proxy(behind, store):
    client = behind(unknown="reader")
    client.get("/sign-in")
    users.remove_user(store, users.user_named(store, "reviewer").id, now=NOW)
    assert client.get("/runs").status_code == 303
    assert client.get("/sign-in").status_code == 403
    assert users.user_named(store, "reviewer").is_removed


def test_signing_out_behind_a_proxy_does_not_sign_in_again(behind, token):
    client = behind()
    client.get("/sign-in")
    out = client.post("/sign-out", data={"token": token(client.get("/runs").text)})
    assert client.get(out.headers["location"]).status_code == 200


def test_administrator_adds_somebody_without_a_password_where_they_sign_in_elsewhere(
    page_of, app, client_of, token, store
):
    form = {"name": "kim", "role": "reviewer", "password": ""}
    for chosen, status in ((app, 422), (page_of(Admission()).app, 303)):
        root = client_of(chosen, "administrator")
        answer = root.post("/people", data=form | {"token": token(root.get("/people").text)})
        assert answer.status_code == status
    assert there_and_back(page_of(Admission())).status_code == 303
    assert users.user_named(store, "kim").role == "reviewer"
