"""Figures for monitoring: numbers only, and to those alone whom the settings name."""

import warnings

import pytest
from fakes.review_pages import message_of

from review.options import PageOptions
from review.routes.monitoring import may_read_figures

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks for httpx2, which the lock does not hold; httpx still does
    from starlette.testclient import TestClient

LOOPBACK = PageOptions().metrics_from


def asked(app, address, **headers):
    client = TestClient(app, base_url="http://localhost", client=(address, 50000))
    return client.get("/metrics", headers=headers)


def test_this_machine_reads_figures_without_signing_in(app, save):
    save(message_of(1))
    answer = asked(app, "127.0.0.1")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "statshop_messages 1" in answer.text.splitlines()
    assert "@" not in answer.text
    assert "Question" not in answer.text


def test_another_machine_reads_them_only_when_it_is_named(app, make_app):
    assert asked(app, "10.1.2.3").status_code == 403
    named = make_app(PageOptions(metrics_from=("10.1.2.0/24",)))
    assert [asked(named, address).status_code for address in ("10.1.2.3", "10.1.3.3", "127.0.0.1")] == [200, 403, 403]


def test_what_a_proxy_on_this_machine_passes_on_is_not_this_machine(app):
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        assert asked(app, "127.0.0.1", **{header: "127.0.0.1"}).status_code == 403


@pytest.mark.parametrize(
    ("asker", "may"),
    [("127.0.0.1", True), ("::1", True), ("::ffff:127.0.0.1", True), ("10.0.0.1", False), ("::2", False), ("", False)],
)
def test_only_loopback_is_this_machine(asker, may):
    assert may_read_figures(asker, LOOPBACK, passed_on=False) is may


def test_a_store_that_is_away_is_said_and_not_a_failure(app, database):
    for name in (database, *database.parent.glob(f"{database.name}-*")):
        name.write_bytes(b"not a database any more")
    assert asked(app, "127.0.0.1").status_code == 503
