"""What the page tells of issues and of the ledger."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.review_finals import Finals
from fakes.review_pages import NOW, message_of

from review.callables import FinalDue
from review.options import PageOptions
from storage import reports, reviews
from storage.ledger import LedgerCounts, LedgerRow, LedgerUids, save_count


@pytest.fixture
def issue(store, three):
    made = {"status": "provisional", "issued_at": NOW, "rules_version": "r17", "figures": "{}", "sha256": "abc"}
    return reports.save_issue(store, month="2011-03", account=None, number=1, message_ids=three[:2], **made)


def test_issue_is_named_with_what_changed_since(reviewer, store, issue, three):
    assert 'href="/digests/2011-03">March 2011</a>' in reviewer.get("/digests").text
    page = reviewer.get("/digests/2011-03").text
    assert "Since then: +1 −0" in page
    reviews.confirm_many(store, [(three[0], 1)], who="reviewer", now=NOW + timedelta(days=1))
    page = reviewer.get("/digests/2011-03").text
    assert f'decided by a person, or undone: <a class="govuk-link" href="/messages/{three[0]}">' in page


@pytest.fixture
def issuing(make_app, client_of, token, issue):
    """Give a maker of requests to make March final, as somebody, by the form that their page has or would have."""

    def send(finals, name, month="2011-03", **fields):
        client = client_of(make_app(finals=finals), name)
        form = {"token": token(client.get("/account").text), "mailbox": "", "number": "1"}
        return client.post(f"/digests/{month}/final", data={**form, **fields})

    return send


def test_a_month_that_could_be_final_has_a_button_for_administrators_alone(make_app, client_of, issue):
    app = make_app(finals=Finals(FinalDue(month="2011-03"), FinalDue(month="2011-02")))
    pages = {name: client_of(app, name).get("/digests/2011-03").text for name in ("reader", "administrator")}
    assert all("<code>statshop digest 2011-03 --issue --again</code>" in page for page in pages.values())
    assert "by Pat of issue 1, provisional" in pages["reader"]
    assert ['action="/digests/2011-03/final"' in page for page in pages.values()] == [False, True]
    assert '<input type="hidden" name="number" value="1">' in pages["administrator"]


def test_only_the_newest_issue_of_a_due_month_has_the_button(make_app, client_of, store, issue):
    made = {"status": "final", "issued_at": NOW, "rules_version": "r17", "figures": "{}", "sha256": "abc"}
    reports.save_issue(store, month="2011-03", account=None, number=2, message_ids=(), **made)
    for due, buttons in (((FinalDue(month="2011-03"),), 1), ((), 0), ((FinalDue(month="2011-03", mailbox="x"),), 0)):
        page = client_of(make_app(finals=Finals(*due)), "administrator").get("/digests/2011-03").text
        assert page.count('action="/digests/2011-03/final"') == buttons
        assert page.count('<input type="hidden" name="number" value="2">') == buttons


def test_the_button_hands_the_work_on_with_who_asked(issuing):
    finals = Finals(FinalDue(month="2011-03"))
    answer = issuing(finals, "administrator", mailbox="north")
    assert (answer.status_code, answer.headers["location"]) == (303, "/digests/2011-03")
    assert finals.asked == [(FinalDue(month="2011-03", mailbox="north"), 1, "administrator")]


@pytest.mark.parametrize(
    ("name", "month", "fields", "status"),
    [
        pytest.param("reviewer", "2011-03", {}, 403, id="no administrator"),
        pytest.param("administrator", "2011-03", {"token": "x"}, 403, id="forged"),
        pytest.param("administrator", "2011-13", {}, 404, id="no month"),
    ],
)
def test_nobody_else_issues(issuing, name, month, fields, status):
    finals = Finals(FinalDue(month="2011-03"))
    assert (issuing(finals, name, month, **fields).status_code, finals.asked) == (status, [])


def test_nobody_issues_who_is_not_signed_in_or_where_nothing_can(make_app, client_of, issuing):
    answer = client_of(make_app(finals=Finals())).post("/digests/2011-03/final", data={"number": "1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert issuing(None, "administrator").status_code == 404


def test_why_nothing_was_issued_is_told(issuing):
    answer = issuing(Finals(refusing="It can be made final from 1 May 2011."), "administrator")
    assert answer.status_code == 409
    assert "Nothing was issued" in answer.text
    assert "It can be made final from 1 May 2011." in answer.text


def test_months_that_could_be_final_are_listed_with_the_command(make_app, client_of):
    months = [f"{year}-{month:02}" for year in (2010, 2011) for month in range(1, 8)]
    due = [*(FinalDue(month=month) for month in months[:-1]), FinalDue(month=months[-1], mailbox="north")]
    page = client_of(make_app(finals=Finals(*due)), "reader").get("/digests").text
    assert page.index("July 2011, north</a>") < page.index("June 2011</a>") < page.index("March 2010</a>")
    assert '<a class="govuk-link" href="/digests/2011-07">July 2011, north</a>' in page
    assert "statshop digest 2011-07 --issue --again --mailbox north</code>" in page
    assert "statshop digest 2011-06 --issue --again</code>" in page
    assert ("February 2010" in page, "And 2 earlier." in page) == (False, True)
    assert "could be final" not in client_of(make_app(finals=Finals()), "reader").get("/digests").text


def test_issue_says_that_a_decision_it_counted_was_undone(reviewer, store, three):
    reviews.confirm_many(store, [(three[0], 1)], who="reviewer", now=NOW)
    reports.save_issue(
        store,
        month="2011-03",
        account=None,
        number=1,
        message_ids=three,
        status="final",
        issued_at=NOW + timedelta(hours=1),
        rules_version="r17",
        figures="{}",
        sha256="abc",
    )
    reviews.flag(store, three[1], who="second", flagged_for="reviewer", now=NOW + timedelta(hours=2))
    nothing = "No message came or went, and nobody has decided since."
    assert nothing in reviewer.get("/digests/2011-03").text
    reviews.undo(store, "reviewer", now=NOW + timedelta(hours=2))
    page = reviewer.get("/digests/2011-03").text
    assert nothing not in page
    assert f'or undone: <a class="govuk-link" href="/messages/{three[0]}">{three[0]}</a></li>' in page


def test_receipt_names_the_digests_that_counted_a_message(reviewer, issue, three):
    assert '<a class="govuk-link" href="/digests/2011-03">March 2011, issue 1</a>' in (
        reviewer.get(f"/messages/{three[0]}").text
    )
    assert "none yet" in reviewer.get(f"/messages/{three[2]}").text


def test_issues_of_single_mailboxes_stand_below_those_over_all(make_app, client_of, store, issue, three):
    made = {"status": "final", "issued_at": NOW, "rules_version": "r17", "figures": "{}", "sha256": "abc"}
    for month, account in (("2011-03", "north-12ab34"), ("2011-02", "old-567890")):
        reports.save_issue(store, month=month, account=account, number=1, message_ids=three[:1], **made)
    reader = client_of(make_app(options=PageOptions(mailbox_names={"north-12ab34": "north"})), "reader")
    page = reader.get("/digests/2011-03").text
    assert page.index("Issue 1</h2>") < page.index("Mailbox north, issue 1</h2>")
    assert "Mailbox old-567890, issue 1</h2>" in reader.get("/digests/2011-02").text
    listed = reader.get("/digests").text
    assert listed.index('href="/digests/2011-03"') < listed.index('href="/digests/2011-02"')


def test_receipt_names_the_mailbox_of_an_issue_as_the_settings_do(make_app, client_of, store, issue, three):
    made = {"status": "final", "issued_at": NOW, "rules_version": "r17", "figures": "{}", "sha256": "abc"}
    for month, account in (("2011-03", "north-12ab34"), ("2011-02", "old-567890")):
        reports.save_issue(store, month=month, account=account, number=1, message_ids=three[:1], **made)
    reader = client_of(make_app(options=PageOptions(mailbox_names={"north-12ab34": "north"})), "reader")
    page = reader.get(f"/messages/{three[0]}").text
    assert re.findall(r'href="/digests/(2011-\d\d)">([^<]+)</a>', page) == [
        ("2011-03", "March 2011, issue 1"),
        ("2011-03", "March 2011, mailbox north, issue 1"),
        ("2011-02", "February 2011, mailbox old-567890, issue 1"),
    ]
    assert "12ab34" not in page


def test_another_month_is_not_there(reviewer, issue):
    assert [reviewer.get(f"/digests/{month}").status_code for month in ("2011-04", "x", "2011-13")] == [404] * 3


ROW = LedgerRow(
    account="statshop",
    folder="INBOX",
    day="2011-03-31",
    counted_at=NOW,
    uidvalidity=7,
    counts=LedgerCounts(on_server=4, stored=3, missing=1),
    uids=LedgerUids(missing="17"),
)


def test_ledger_names_what_is_missing_and_says_when_all_adds_up(reviewer, store, save):
    save(message_of(1))
    assert "No folder has been counted yet." in reviewer.get("/ledger").text
    save_count(store, ROW)
    well = replace(ROW, day="2011-04-01", counts=LedgerCounts(on_server=4, stored=4), uids=LedgerUids())
    save_count(store, well)
    page = reviewer.get("/ledger").text
    assert page.index("2011-04-01 <strong") < page.index("2011-03-31 <strong")
    assert page.count("Everything adds up") == page.count("Does not add up") == 1
    assert 'Missing: <span class="app-address">UID 17</span>' in page
