"""The other pages: months, digests, runs, set aside, people, settings, trying the rules."""

import re
from dataclasses import replace

import pytest
from fakes.review_pages import NOW, PASSWORD, message_of, set_aside_of
from fakes.review_repairs import Repairs

from pipeline.mail.parse import parse_email
from review.callables import Explained, MissedTag, NearMiss
from review.options import PageOptions
from storage import messages, reviews, runs, users
from storage.records import NewSetAside, RunCounts, RunOutcome, Slot, TagRecord


def test_month_counts_and_links_each_number(reviewer, save):
    for number in range(1, 4):
        save(message_of(number))
    save(message_of(4, from_team=True))
    page = reviewer.get("/months/2011-03").text
    assert "<dt>Messages</dt>" in page
    assert 'href="/messages?product=cohesion&amp;month=2011-03&amp;counted=yes">3<' in page
    assert '<svg class="app-chart__drawing"' in page


def test_each_number_of_a_month_is_that_of_the_list_that_it_opens(reviewer, save):
    spam = replace(message_of(5).verdict, tags=(TagRecord(dimension="disposition", value="spam"),))
    numbers = [save(message_of(number)) for number in range(1, 4)]
    for changes in ({"from_team": True}, {"verdict": spam}, {"copy_key": "c"}, {"copy_key": "c"}):
        numbers.append(save(message_of(len(numbers) + 1, **changes)))
    reviews.confirm_many(reviewer.app.state.site.store, [(number, 1) for number in numbers[:4]], "reviewer", NOW)
    links = re.findall(r'href="(/messages\?[^"]*counted=yes)">(\d+)<', reviewer.get("/months/2011-03").text)
    assert len(links) == 4 + 5
    for address, number in links:
        listed = re.search(
            r'id="list" tabindex="-1">\s*(\d+) message', reviewer.get(address.replace("&amp;", "&")).text
        )
        assert (address, listed[1]) == (address, number)
    assert {number for _, number in links[:4]} == {"5", "4", "3", "2"}


def test_months_opens_at_the_newest_message(reviewer, save):
    save(message_of(1))
    assert reviewer.get("/months").headers["location"] == "/months/2011-03"
    assert reviewer.get("/months?month=2010-12").headers["location"] == "/months/2010-12"


def test_month_without_messages_says_so(reviewer):
    assert "No message with tags arrived" in reviewer.get("/months/2010-01").text


@pytest.fixture
def digest_reader(make_app, client_of, tmp_path):
    """Give a reader of a folder with one month's digest, and a secret beside it."""
    folder = tmp_path / "digests"
    (folder / "2011-03").mkdir(parents=True)
    (folder / "2011-03" / "users and uses.csv").write_text("user,use\n")
    (folder / "2011-03" / "digest.html").write_text("<script>alert(1)</script>")
    (tmp_path / "secret.txt").write_text("secret")
    return client_of(make_app(digest_files=folder), "reader")


def test_digest_files_are_listed_by_month(digest_reader):
    page = digest_reader.get("/digests").text
    assert '">March 2011</h2>' in page
    assert "/digests/files/2011-03/users%20and%20uses.csv" in page


def test_files_of_single_mailboxes_stand_with_their_month(digest_reader, tmp_path):
    for place in ("2011-04", "north/2011-03/issue-1/public", "engagement"):
        (tmp_path / "digests" / place).mkdir(parents=True)
        (tmp_path / "digests" / place / "page.html").write_text("<p>")
    page = digest_reader.get("/digests").text
    titles = ("April 2011", "March 2011", "March 2011, north, issue 1, public", "Engagement")
    places = [page.index(f'">{title}</h2>') for title in titles]
    assert places == sorted(places)
    assert digest_reader.get("/digests/files/north/2011-03/issue-1/public/page.html").status_code == 200


def test_single_tables_are_folded_away(digest_reader, tmp_path):
    page = digest_reader.get("/digests").text
    before, _, folded = page.partition("Its tables, each as CSV (1)")
    assert "digest.html" in before
    assert "users%20and%20uses.csv" in folded
    (tmp_path / "digests" / "2011-03" / "digest.html").unlink()
    assert "each as CSV" not in digest_reader.get("/digests").text


def test_digest_file_is_a_download_and_html_opens_in_a_sandbox(digest_reader):
    file = digest_reader.get("/digests/files/2011-03/users%20and%20uses.csv")
    assert file.text == "user,use\n"
    assert file.headers["content-disposition"].startswith("attachment")
    html = digest_reader.get("/digests/files/2011-03/digest.html")
    assert html.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize(
    "path", ["..%2Fsecret.txt", "2011-03/..%2F..%2Fsecret.txt", "%2Fetc%2Fpasswd", "none.csv", "2011-03"]
)
def test_nothing_outside_the_digests_is_given(digest_reader, path):
    assert digest_reader.get(f"/digests/files/{path}").status_code == 404


def test_runs_show_how_each_ended(reviewer, store):
    run = runs.begin_run(store, "poll", "statshop", now=NOW)
    runs.end_run(store, run, RunOutcome.FAILED, RunCounts(stored=3), "Sign-in was refused.", now=NOW)
    page = reviewer.get("/runs").text
    assert "Failed" in page
    assert "Sign-in was refused." in page


def test_set_aside_shows_bytes_and_error_side_by_side(reviewer, store):
    messages.save_set_aside(store, set_aside_of(9), now=NOW)
    assert "INBOX, UID 9" in reviewer.get("/set-aside").text
    page = reviewer.get("/set-aside/1").text
    assert "nested more than 100 deep" in page
    assert r"Subject: \xff\xfe deep" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\x00" in page
    assert reviewer.get("/set-aside/1/raw").content == set_aside_of(9).raw


def test_retry_leads_to_the_repaired_message_or_says_why_not(make_app, client_of, store, save, token):
    messages.save_set_aside(store, set_aside_of(9), now=NOW)
    repaired = save(message_of(1))
    client = client_of(make_app(repair=Repairs(repaired)), "reviewer")
    form = {"token": token(client.get("/set-aside/1").text)}
    assert "Still nested too deep." in client.post("/set-aside/1/retry", data=form).text
    chosen = client.post("/set-aside/1/retry", data={**form, "charset": "windows-1252"})
    assert chosen.headers["location"] == f"/messages/{repaired}"


def test_set_aside_is_previewed_in_a_charset_that_is_chosen(make_app, client_of, store):
    messages.save_set_aside(store, set_aside_of(9), now=NOW)
    client = client_of(make_app(repair=Repairs(1)), "reviewer")
    page = client.get("/set-aside/1?charset=koi8-r&preview=1").text
    assert "As it would be read in koi8-r" in page
    assert "&lt;b&gt;read in koi8-r&lt;/b&gt;" in page
    assert "Grüße" in page
    assert "<option selected>koi8-r</option>" in page
    assert "Read it again as koi8-r" in page
    assert "As it came" in page
    assert "As it would be read" not in client.get("/set-aside/1").text
    assert "read in its own" in client.get("/set-aside/1?charset=hex&preview=1").text  # no charset of ours


def test_set_aside_is_filed_by_hand(make_app, client_of, store, save, token):
    messages.save_set_aside(store, set_aside_of(9), now=NOW)
    filed = save(message_of(1))
    client = client_of(make_app(repair=Repairs(filed)), "reviewer")
    form = {"token": token(client.get("/set-aside/1").text)}
    assert client.post("/set-aside/1/file", data=form).headers["location"] == f"/messages/{filed}"


def lost_file(folder: str, uid: int = 1) -> NewSetAside:
    slot = Slot(account="archive", folder=folder, uidvalidity=0, uid=uid)
    error = f"{folder} could not be read: permission denied"
    return replace(set_aside_of(9), slot=slot, origin="archive", raw=b"", mail_sha256="", error=error, size=0)


@pytest.mark.parametrize(
    ("item", "offers", "says", "is_filed"),
    [
        pytest.param(
            lost_file("/mail/old.eml"), "Read its file again", "The import could not read its file", True, id="file"
        ),
        pytest.param(lost_file("erased 1a2b"), "", "Its file was not read", False, id="file without a name"),
        pytest.param(
            replace(set_aside_of(9), raw=b"", mail_sha256=""),
            "Fetch it from the mailbox",
            "The server did not hand it over",
            False,
            id="withheld",
        ),
    ],
)
def test_what_was_not_read_is_read_where_it_lies(make_app, client_of, store, item, offers, says, is_filed):
    messages.save_set_aside(store, item, now=NOW)
    page = client_of(make_app(repair=Repairs(1)), "reviewer").get("/set-aside/1").text
    offered = [words for words in ("Read its file again", "Fetch it from the mailbox") if words in page]
    assert offered == ([offers] if offers else [])
    assert (says in page, "File it by hand" in page, "SHA-256" in page) == (True, is_filed, False)


def test_set_aside_says_where_in_an_archive_it_lies(reviewer, store):
    messages.save_set_aside(store, lost_file("/mail/old.eml"), now=NOW)
    messages.save_set_aside(store, lost_file("/mail/old.mbox", uid=812), now=NOW)
    page = reviewer.get("/set-aside").text
    assert ">/mail/old.eml</a>" in page
    assert ">/mail/old.mbox, at byte 812</a>" in page
    assert (page.count(">not known</td>"), "0 bytes" in page) == (2, False)


def test_a_reader_previews_and_repairs_nothing(make_app, client_of, store):
    messages.save_set_aside(store, set_aside_of(9), now=NOW)
    page = client_of(make_app(repair=Repairs(1)), "reader").get("/set-aside/1?preview=1").text
    assert "read in its own" in page
    assert "File it by hand" not in page
    assert "read it again" not in page


def test_page_without_retry_offers_none(reviewer, store, token):
    messages.save_set_aside(store, set_aside_of(9), now=NOW)
    page = reviewer.get("/set-aside/1").text
    assert "Try to read it again" not in page
    assert reviewer.post("/set-aside/1/retry", data={"token": token(page)}).status_code == 404


def test_administrator_adds_a_person_who_can_sign_in(app, client_of, token, store):
    client = client_of(app, "administrator")
    form = {
        "token": token(client.get("/people").text),
        "name": "New Person",
        "role": "reader",
        "password": "a long password",
    }
    assert client.post("/people", data=form).status_code == 303
    assert client_of(app, "New Person", "a long password").get("/messages").status_code == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Enter a name"),
        ({"name": "REVIEWER"}, "somebody has this one"),
        ({"password": "short"}, "at least 10 characters"),
        ({"password": "New Person"}, "harder to guess"),
        ({"role": "king"}, "Choose a role"),
    ],
)
def test_wrong_new_person_is_not_added(app, client_of, token, store, changes, words):
    client = client_of(app, "administrator")
    form = {"name": "New Person", "role": "reader", "password": "a long password", **changes}
    answer = client.post("/people", data={**form, "token": token(client.get("/people").text)})
    assert answer.status_code == 422
    assert words in answer.text
    assert len(users.users(store)) == 4


def test_present_password_may_be_wrong_no_oftener_than_at_the_sign_in(reviewer, store, clock, token):
    form = {"token": token(reviewer.get("/account").text), "new": "another three words"}
    wrong = [reviewer.post("/account/password", data=form | {"present": "guess"}).status_code for _ in range(6)]
    assert wrong == [422] * 5 + [429]
    assert reviewer.post("/account/password", data=form | {"present": PASSWORD}).status_code == 429
    clock.move(minutes=16)
    assert reviewer.post("/account/password", data=form | {"present": PASSWORD}).status_code == 303


def test_role_changes_at_once_and_never_ones_own_down(app, client_of, token, store):
    client, other = client_of(app, "administrator"), client_of(app, "reader")
    form = {"token": token(client.get("/people").text), "role": "administrator"}
    client.post(f"/people/{users.user_named(store, 'reader').id}/role", data=form)
    assert other.get("/people").status_code == 200
    mine = users.user_named(store, "administrator").id
    assert client.post(f"/people/{mine}/role", data={**form, "role": "reader"}).status_code == 422


@pytest.mark.parametrize("how", ["remove", "role"])
def test_flags_of_who_may_decide_no_longer_go_to_the_administrator(app, client_of, token, store, save, how):
    number, client = save(message_of(1)), client_of(app, "administrator")
    reviews.flag(store, number, who="reviewer", flagged_for="second", note="A use?", now=NOW)
    path = f"/people/{users.user_named(store, 'second').id}"
    page = client.get(path).text
    assert "1 message is flagged for them: it will be flagged for you." in page
    answer = client.post(f"{path}/{how}", data={"token": token(page), "role": "reader"})
    assert answer.status_code == 303
    told = client.get(answer.headers["location"]).text
    assert "second may decide no longer. 1 message that was flagged for them is flagged for you now." in told
    assert reviews.message(store, number).flagged_for == "administrator"
    assert "Flagged for you (1" in client.get("/messages").text


def test_an_address_alone_says_nothing_of_flags(app, client_of, token, store, save, clock):
    number, client = save(message_of(1)), client_of(app, "administrator")
    reviews.flag(store, number, who="reviewer", flagged_for="second", now=NOW)
    user_id = users.user_named(store, "second").id
    for forged in (user_id, 1, "7" * 20, "-1", "x", "\0"):
        answer = client.get("/people", params={"handed": forged})
        assert (answer.status_code, "flagged for you now" in answer.text) == (200, False)
    form = {"token": token(client.get("/people").text)}
    told = client.post(f"/people/{user_id}/remove", data=form).headers["location"]
    assert "1 message that was flagged for them is flagged for you now" in client.get(told).text
    clock.move(minutes=6)  # an address that was kept is no news
    assert "flagged for you now" not in client.get(told).text


def test_flag_is_offered_for_those_alone_who_may_decide(reviewer, save):
    page = reviewer.get(f"/messages/{save(message_of(1))}").text
    choices = page.split('name="flagged_for"')[1].split("</select>")[0]
    assert [name for name in ("reader", "second", "administrator") if f"<option>{name}</option>" in choices] == [
        "second",
        "administrator",
    ]


def test_administrator_gives_a_new_password(app, client_of, token, store):
    client, other, reader = client_of(app, "administrator"), client_of(app, "reader"), users.user_named(store, "reader")
    path = f"/people/{reader.id}"
    form = {"token": token(client.get(path).text), "password": "three random words"}
    answer = client.post(f"{path}/password", data=form | {"password": "short"})
    assert (answer.status_code, "at least 10 characters" in answer.text) == (422, True)
    assert client.post(f"{path}/password", data=form).status_code == 303
    assert other.get("/messages").status_code == 303
    client_of(app, "reader", "three random words")


def test_administrator_shuts_somebody_out_and_lets_them_in_again(app, client_of, token, store):
    client, other, reader = client_of(app, "administrator"), client_of(app, "reader"), users.user_named(store, "reader")
    path = f"/people/{reader.id}"
    form = {"token": token(client.get(path).text), "role": "reader"}
    assert client.post(f"{path}/remove", data=form).status_code == 303
    assert other.get("/messages").status_code == 303
    assert client.get(path).status_code == 404
    listed = client.get("/people").text
    assert "Who may no longer sign in" in listed
    assert f'<option value="{reader.id}">' not in listed
    refused = client_of(app)
    asked = {"name": "reader", "password": PASSWORD, "token": token(refused.get("/sign-in").text)}
    assert refused.post("/sign-in", data=asked).status_code == 403
    assert client.post(f"{path}/role", data=form).status_code == 303
    assert "Who may no longer sign in" not in client.get("/people").text


def test_nobody_shuts_out_themselves(app, client_of, token, store):
    client, mine = client_of(app, "administrator"), users.user_named(store, "administrator").id
    form = {"token": token(client.get("/people").text), "password": "three random words"}
    for what in ("remove", "password"):
        assert client.post(f"/people/{mine}/{what}", data=form).status_code == 404
    assert client.get("/people").status_code == 200


def test_keys_can_be_switched_off(reviewer, three, token):
    assert 'data-keys="on"' in reviewer.get(f"/messages/{three[0]}").text
    reviewer.post("/account/keys", data={"token": token(reviewer.get("/account").text), "keys": "off"})
    assert 'data-keys="off"' in reviewer.get(f"/messages/{three[0]}").text


@pytest.fixture
def trier(make_app, client_of):
    """Give a reader of a page that can try the rules; the rules echo what they were given."""
    message = message_of(1)
    seen = []

    def explain(content, why_not=None, mailbox=""):
        seen.append((content, why_not, mailbox))
        if b"unreadable" in content:
            return Explained(error="It cannot be read.")
        near = MissedTag(
            dimension="product",
            value="volunteering",
            reason="it is named only to be set aside",
            rules=(NearMiss(rule="vo-02", reason="it lacks “tables”", sentence="<i>No volunteering"),),
        )
        asked = MissedTag(dimension="use", value="equality", reason="no rule of it matched") if why_not else None
        return Explained(zones=message.zones, verdict=message.verdict, near=(near,), asked=asked)

    options = PageOptions(own_rules=("second-1a2b",))
    client = client_of(make_app(options, explain=explain), "reader")
    client.seen = seen
    return client


def test_text_can_be_tried_on_the_rules(trier, token):
    form = {
        "token": token(trier.get("/explain").text),
        "text": "We use the cohesion figures.",
        "sender": "a@example.org",
    }
    page = trier.post("/explain", data=form).text
    assert b"We use the cohesion figures." in trier.seen[0][0]
    assert "Cohesion Topic Report" in page


@pytest.mark.parametrize(
    ("typed", "name", "address"),
    [
        ("name@", "name@", ""),
        ("Jane Doe <", "Jane Doe", ""),
        ('"', '"', ""),
        ("Zoë Ünal <zoe@exampleton.gov.uk>", "Zoë Ünal", "zoe@exampleton.gov.uk"),
    ],
)
def test_sender_half_typed_is_tried_as_it_is(trier, token, typed, name, address):
    form = {"token": token(trier.get("/explain").text), "text": "We use it.", "sender": typed}
    assert trier.post("/explain", data=form).status_code == 200
    sender = parse_email(trier.seen[0][0]).sender
    assert (sender.name, sender.address) == (name, address)


def test_what_nearly_fired_says_why_not(trier, token):
    form = {"token": token(trier.get("/explain").text), "text": "We use the cohesion figures."}
    near = trier.post("/explain", data=form).text.split('id="near"')[1]
    assert "Product: Volunteering and Charitable Giving Topic Report" in near
    assert "it is named only to be set aside" in near
    assert "vo-02</span>: it lacks “tables”" in near
    assert "&lt;i&gt;No volunteering" in near


@pytest.mark.parametrize(
    ("chosen", "asked"), [("use:equality", ("use", "equality")), ("", None), ("use:zebra", None), ("x", None)]
)
def test_one_tag_can_be_asked_about(trier, token, chosen, asked):
    form = {"token": token(trier.get("/explain").text), "text": "We use the cohesion figures.", "why_not": chosen}
    page = trier.post("/explain", data=form).text
    assert trier.seen[0][1] == asked
    assert ("Use: Equality</strong>: no rule of it matched" in page) is (asked is not None)


@pytest.mark.parametrize(("chosen", "asked"), [("second-1a2b", "second-1a2b"), ("", ""), ("another", "")])
def test_rules_of_a_mailbox_can_be_tried(trier, token, chosen, asked):
    page = trier.get("/explain").text
    assert '<option value="second-1a2b">Those of second-1a2b</option>' in page
    page = trier.post("/explain", data={"token": token(page), "text": "We use it.", "mailbox": chosen}).text
    assert trier.seen[0][2] == asked
    assert ("r17, those of second-1a2b" in page) is bool(asked)


def test_file_can_be_tried_on_the_rules(trier, token):
    form = {"token": token(trier.get("/explain").text)}
    page = trier.post("/explain", data=form, files={"eml": ("a.eml", b"Subject: x\r\n\r\nbody")}).text
    assert trier.seen == [(b"Subject: x\r\n\r\nbody", None, "")]
    assert "vo-02" in page


@pytest.mark.parametrize(("text", "words"), [("", "Paste a text"), ("unreadable", "It cannot be read.")])
def test_what_cannot_be_tried_is_said(trier, token, text, words):
    answer = trier.post("/explain", data={"token": token(trier.get("/explain").text), "text": text})
    assert answer.status_code == 422
    assert words in answer.text


def test_page_without_rules_offers_no_trial(reviewer):
    assert "Try the rules" not in reviewer.get("/messages").text
    assert reviewer.get("/explain").status_code == 404


def test_store_stays_as_it_was_when_rules_are_tried(trier, token, store, three):
    before = reviews.message(store, three[0])
    trier.post("/explain", data={"token": token(trier.get("/explain").text), "text": "x"})
    assert reviews.message(store, three[0]) == before


def test_what_was_filed_by_hand_is_not_said_to_have_been_read(reviewer, store):
    assert "every message could be read" in reviewer.get("/set-aside").text
    messages.save_set_aside(store, set_aside_of(9), now=NOW)
    (item,) = messages.set_aside_list(store)
    messages.release_set_aside(store, item.id, message_of(9, slot=item.slot), now=NOW)
    page = reviewer.get("/set-aside").text
    assert "every message could be read" not in page
    assert '<a class="govuk-link" href="/messages?aside=yes">1 message</a> could not be read at first' in page
