"""The queue: order, filters as links, search, pages, confirming several at once."""

import re
from dataclasses import replace

import pytest
from fakes.review_pages import AS_PROPOSED, NOW, message_of, set_aside_of, sure_message_of

from review.options import PageOptions
from storage import messages, reviews, setaside
from storage.draw import set_shares
from storage.records import ReviewState


def subjects_in(html):
    """Give the messages of a list, in order, by number."""
    return [
        int(number) for number in re.findall(r'app-queue__subject"><a class="govuk-link" href="/messages/(\d+)', html)
    ]


def test_start_is_what_waits(reviewer):
    assert reviewer.get("/").headers["location"] == "/messages?state=pending"


def test_what_needs_a_person_stands_on_top_with_its_reason(reviewer, three):
    page = reviewer.get("/messages").text
    assert subjects_in(page) == [three[1], three[0], three[2]]
    assert page.count('<span class="app-queue__reasons">a decision is reported</span>') == 2


def test_empty_queue_says_so(reviewer):
    assert "No message has come yet." in reviewer.get("/messages").text
    assert "No message fits these filters." in reviewer.get("/messages?state=corrected").text
    assert "No message is pending." in reviewer.get("/messages?state=pending").text
    assert "The rules disagree with no decision." in reviewer.get("/messages?disagrees=yes").text
    assert "No message has been reviewed yet." in reviewer.get("/messages?state=confirmed&state=corrected").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("needs=yes", 2),
        ("needs=no", 1),
        ("product=cohesion", 3),
        ("product=volunteering", 0),
        ("user_category=local-government&use=integration-cohesion&channel=data-request", 3),
        ("month=2011-03", 3),
        ("month=2011-04", 0),
        ("month=nonsense", 3),
        ("rule=pr-01", 3),
        ("rule=xx-99", 0),
        ("below=90", 2),
        ("state=confirmed", 0),
        ("disagrees=yes", 0),
        ("q=outreach", 3),
        ("q=zebra", 0),
        ("account=statshop&folder=INBOX", 3),
    ],
)
def test_filter_narrows(reviewer, three, query, found):
    assert len(subjects_in(reviewer.get(f"/messages?{query}").text)) == found


def test_filter_form_leads_to_a_link_without_empty_fields(reviewer):
    answer = reviewer.get("/messages?q=&state=pending&product=&use=&month=2011-03")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/messages?state=pending&month=2011-03"


def test_chosen_filter_is_named_and_can_be_taken_away(reviewer, three):
    page = reviewer.get("/messages?state=pending&product=cohesion").text
    assert (
        'href="/messages?state=pending"><span class="govuk-visually-hidden">Remove this filter: Product</span>' in page
    )


def test_found_words_are_marked_in_the_snippet(reviewer, three):
    assert "<mark>outreach</mark>" in reviewer.get("/messages?q=outreach").text


def test_words_found_in_hostile_text_stay_text(reviewer, save):
    save(message_of(1, subject="<script>alert(1)</script> zebra"))
    page = reviewer.get("/messages?q=zebra").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("words", ['"', "a AND", "(", "-", "*", "x:y", "\x00", "\ud7ff", "' OR 1=1 --"])
def test_no_search_is_an_error(reviewer, three, words):
    assert reviewer.get("/messages", params={"q": words}).status_code in (200, 303)


def test_pages_show_every_message_once(reviewer, save):
    stored = [save(message_of(n)) for n in range(1, 26)]
    seen, link = [], "/messages?state=pending"
    while link:
        page = reviewer.get(link).text
        seen += subjects_in(page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        link = following.group(1).replace("&amp;", "&") if following else ""
    assert seen == sorted(stored, reverse=True)


@pytest.mark.parametrize("query", ["state=pending", "state=pending&q=cohesion"])
def test_a_later_page_whose_messages_were_decided_leads_back_to_the_first(reviewer, store, save, query):
    stored = [save(message_of(n)) for n in range(1, 13)]
    second = re.search(r'href="([^"]+)" rel="next"', reviewer.get(f"/messages?{query}").text).group(1)
    second = second.replace("&amp;", "&")
    decided = subjects_in(reviewer.get(second).text)
    assert len(decided) == 2
    reviews.confirm_many(store, [(number, 1) for number in decided], who="second", now=NOW)
    page = reviewer.get(second).text
    assert "No message" not in page
    link = re.search(r'Nothing more on this page. <a class="govuk-link" href="([^"]+)">Back to the first page<', page)
    assert len(subjects_in(reviewer.get(link.group(1).replace("&amp;", "&")).text)) == 10
    reviews.confirm_many(store, [(number, 1) for number in stored], who="second", now=NOW)
    page = reviewer.get(second).text
    assert "Nothing more on this page" not in page
    assert ("No message has these words" if "q=" in query else "No message is pending.") in page


BIG = "9" * 20


@pytest.mark.parametrize(
    "after",
    ["x", "-1", "\x00", "9" * 400, BIG, f"{BIG}_2011-03-01_1", f"1_2011-03-01_{BIG}", "1_0001-01-01T00:00+14:00_1"],
)
def test_made_up_cursor_is_the_first_page(reviewer, three, after):
    assert len(subjects_in(reviewer.get("/messages", params={"after": after}).text)) == 3


@pytest.mark.parametrize("after", ["x", "9" * 400, BIG])
def test_made_up_cursor_of_a_search_is_the_first_page(reviewer, three, after):
    page = reviewer.get("/messages", params={"after": after, "q": "cohesion"}).text
    assert len(subjects_in(page)) == 3


def test_f77_bulk_confirm_lists_what_was_done_and_what_was_not(reviewer, store, three, token):
    page = reviewer.get("/messages?state=pending").text
    reviews.flag(store, three[2], who="second", flagged_for="reviewer", now=reviews.message(store, 1).arrived_at)
    ticked = [f"{number}:1" for number in three]
    page = reviewer.post("/messages/confirm", data={"token": token(page), "message": ticked, "state": "pending"}).text
    assert "2 messages were confirmed" in page
    assert "1 flagged for somebody, not confirmed" in page
    assert "flagged for reviewer</li>" in page
    assert page.count("Product: Cohesion Topic Report. User: Local government. Use:") == 2
    assert [reviews.message(store, number).state.value for number in three] == ["confirmed", "confirmed", "pending"]


def test_flagged_message_is_found_by_whom_it_is_for(reviewer, store, three):
    assert "No message is flagged for you." in reviewer.get("/messages?flagged=reviewer").text
    reviews.flag(store, three[2], who="second", flagged_for="reviewer", now=NOW)
    reviews.flag(store, three[0], who="second", flagged_for="second", now=NOW)
    link = 'href="/messages?flagged=reviewer">Flagged for you'
    assert link in reviewer.get("/messages").text
    page = reviewer.get("/messages?flagged=reviewer").text
    assert subjects_in(page) == [3]
    assert 'aria-current="page">Flagged for you' in page
    assert "Flagged for reviewer</strong>" in page
    assert f'href="/messages/{three[2]}?flagged=reviewer"' in page


def test_bulk_confirm_offers_no_tick_for_what_is_flagged(reviewer, store, three, token):
    reviews.flag(store, three[2], who="second", flagged_for="reviewer", now=NOW)
    page = reviewer.get("/messages?state=pending").text
    assert [f'id="tick-{number}"' in page for number in three] == [True, True, False]
    form = {"token": token(page), "message": f"{three[2]}:2"}  # by a list from before
    assert "0 messages were confirmed" in reviewer.post("/messages/confirm", data=form).text
    assert reviews.message(store, three[2]).state.value == "pending"


def test_back_to_the_list_leads_to_the_page_one_came_from(reviewer, save, token):
    for number in range(12):
        save(message_of(number))
    second = re.search(r'href="(/messages\?[^"]*after=[^"]*)"', reviewer.get("/messages?needs=yes").text).group(1)
    page = reviewer.get(second.replace("&amp;", "&")).text
    number, query = re.search(r'app-queue__subject"><a class="govuk-link" href="/messages/(\d+)([^"]*)', page).groups()
    assert f"/messages{query}" == second
    back = f'<a class="govuk-back-link" href="{second}">Back to the list</a>'
    assert back in reviewer.get(f"/messages/{number}{query}".replace("&amp;", "&")).text
    form = {**AS_PROPOSED, "version": 1, "token": token(page)}
    following = reviewer.post(f"/messages/{number}/decide{query}".replace("&amp;", "&"), data=form).headers["location"]
    assert back in reviewer.get(following).text


def test_bulk_confirm_leaves_the_random_check_to_be_opened(reviewer, store, three, token):
    set_shares(store, check=1, second=0)
    page = reviewer.get("/messages?state=pending").text
    assert [f'id="tick-{number}"' in page for number in three] == [True, True, False]
    assert "that the rules are sure of" not in page
    version = reviews.message(store, three[2]).version
    answer = reviewer.post("/messages/confirm", data={"token": token(page), "message": f"{three[2]}:{version}"}).text
    assert "1 of the random check, not confirmed" in answer
    assert reviews.message(store, three[2]).state is ReviewState.PENDING


def test_f77_bulk_confirm_is_undone_whole(reviewer, store, save, token):
    numbers = [save(sure_message_of(n)) for n in range(1, 4)]
    form = {"token": token(reviewer.get("/messages").text), "message": [f"{number}:1" for number in numbers]}
    reviewer.post("/messages/confirm", data=form)
    undone = reviewer.post("/undo", data=form)
    assert undone.status_code == 303
    assert {reviews.message(store, number).state.value for number in numbers} == {"pending"}
    assert ", and on 2 confirmed with it. It stands as before" in reviewer.get(undone.headers["location"]).text


@pytest.mark.parametrize("ticked", ["", "x", "1", "1:x", "9999:1", "-1:1", "9" * 50 + ":1"])
def test_bulk_confirm_of_nonsense_does_nothing(reviewer, store, three, token, ticked):
    form = {"token": token(reviewer.get("/messages").text), "message": ticked}
    assert reviewer.post("/messages/confirm", data=form).status_code == 200
    assert {reviews.message(store, number).state.value for number in three} == {"pending"}


def test_mailbox_and_folder_are_chosen_from_those_there_are(reviewer, three):
    page = reviewer.get("/messages?folder=INBOX").text
    assert '<option value="statshop">statshop</option>' in page
    assert '<option value="INBOX" selected>INBOX</option>' in page
    assert '<option value="Old" selected>Old</option>' in reviewer.get("/messages?folder=Old").text


def test_mailbox_goes_by_its_name_in_the_settings_wherever_it_is_shown(make_app, client_of, three):
    client = client_of(make_app(options=PageOptions(mailbox_names={"statshop": "Team inbox"})), "reader")
    page = client.get("/messages?account=statshop").text
    assert '<option value="statshop" selected>Team inbox</option>' in page
    assert "<dt>Found in</dt><dd>Team inbox, INBOX," in client.get(f"/messages/{three[0]}").text


def test_random_check_stands_on_top_and_says_so(reviewer, store, three):
    set_shares(store, check=1, second=0)
    page = reviewer.get("/messages?state=pending").text
    assert subjects_in(page) == list(reversed(three))
    assert page.count('<span class="app-queue__reasons">random check</span>') == 1
    assert subjects_in(reviewer.get("/messages?state=pending&check=yes").text) == [three[2]]
    assert "You are asked by lot" in reviewer.get(f"/messages/{three[2]}").text
    assert "You are asked by lot" not in reviewer.get(f"/messages/{three[1]}").text


def test_set_aside_is_a_list_of_what_cannot_be_read_and_what_could_not_at_first(reviewer, store, three):
    repaired, waits = set_aside_of(8), set_aside_of(9)
    for item in (repaired, waits):
        messages.save_set_aside(store, item, now=NOW)
    first = setaside.set_aside_list(store)[-1]
    new = replace(message_of(8), mail_sha256=repaired.mail_sha256, raw_sha256=repaired.raw_sha256)
    stored = setaside.release_set_aside(store, first.id, new, now=NOW)
    page = reviewer.get("/messages?aside=yes").text
    assert subjects_in(page) == [stored.message_id]
    assert page.count("INBOX, UID 9") == 1
    assert "INBOX, UID 8" not in page
    assert "INBOX, UID 9" not in reviewer.get("/messages?aside=yes&month=2010-01").text


def test_f51_a_message_without_sender_subject_and_text_is_shown(reviewer, store):
    nothing = {"subject": "", "sender_name": "", "sender_address": "", "recipients": "", "message_id": ""}
    bare = message_of(1, zones=(), attachments=(), **nothing)
    undecided = replace(bare.verdict, tags=(), statements=(), hits=())
    messages.save_batch(store, [replace(bare, verdict=undecided)], None, now=NOW)
    listed, shown = reviewer.get("/messages").text, reviewer.get("/messages/1").text
    assert subjects_in(listed) == [1]
    for page in (listed, shown):
        assert "(no subject)" in page
        assert "sender unknown" in page


def test_words_to_leave_out_alone_are_said_to_find_nothing(reviewer, three):
    page = reviewer.get("/messages?q=-cohesion+-figures").text
    assert "Name a word to look for as well: words to leave out alone find nothing." in page
    assert "No message has these words." in reviewer.get("/messages?q=-cohesion+zebra").text
