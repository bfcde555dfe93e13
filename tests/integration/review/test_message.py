"""A message's page: what is shown, what is folded, what lights up, and what can do no harm."""

from dataclasses import replace

import pytest
from fakes.review_pages import message_of

from storage import reviews
from storage.records import AttachmentRecord, ZoneRecord

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def page(reviewer, three):
    """Give the page of the first message."""
    return reviewer.get(f"/messages/{three[0]}").text


def test_new_text_stands_as_it_was_meant(page):
    assert "Dear colleagues,\n\nPlease " in page


def test_words_of_a_tag_are_lit_and_tied_to_it(page):
    assert '<mark class="app-lit app-lit--hit" data-keys="product-cohesion">cohesion figures</mark>' in page
    assert 'href="#words-product-cohesion">1 place' in page
    assert 'id="words-product-cohesion"' in page


def test_quote_and_hit_overlap_without_nesting(page):
    assert 'app-lit--quote-use" data-keys="quote-use">We use them to </mark><span' in page
    assert 'data-keys="quote-use use-integration-cohesion">monitor cohesion</mark>' in page


def test_words_that_only_were_mentioned_are_faint(page):
    assert '<mark class="app-lit app-lit--faint" data-keys="product-volunteering">volunteering tables</mark>' in page


def test_quoted_mail_is_folded_and_signature_is_quiet(page):
    assert "Earlier mail, quoted (2 lines, 1 lit)" in page
    assert '<div class="app-quiet"><span class="govuk-visually-hidden">Signature: </span>' in page
    assert '<div class="app-quiet"><span class="govuk-visually-hidden">Disclaimer: </span>' in page


def test_every_tag_says_why_and_how_sure(page):
    assert '<span class="app-sure">90%</span> “cohesion figures” in the new text' in page
    assert "<strong>Needs a person:</strong> a decision is reported" in page


def test_every_match_is_listed_with_its_rule_place_and_part(page):
    assert "Every rule that matched (5)" in page
    assert 'href="/messages?rule=pr-01">pr-01<' in page
    assert "quoted mail</td>" in page
    assert "only mentioned</td>" in page


def test_attachment_shows_its_text(page):
    assert "wards.csv" in page
    assert "North,81" in page


def test_receipt_tells_where_it_was_found_and_with_which_hash(page, store, three):
    receipt = reviews.message(store, three[0]).receipt
    assert receipt.raw_sha256 in page
    assert "statshop, INBOX, UID 1 (7)" in page
    assert "Arrival taken from</dt><dd>the mail server’s own date<" in page


def test_forwarded_message_names_its_writer(reviewer, save):
    message = message_of(1, user_address="writer@example.ac.uk")
    zones = (*message.zones, ZoneRecord(kind="forwarded", text="We teach with the survey."))
    page = reviewer.get(f"/messages/{save(replace(message, zones=zones))}").text
    assert 'written by <span class="app-address">writer@example.ac.uk</span>' in page


def test_thread_lists_the_other_messages(reviewer, save):
    first = save(message_of(1, thread_key="<t>"))
    second = save(message_of(2, thread_key="<t>", subject="RE: the same"))
    page = reviewer.get(f"/messages/{first}").text
    assert "Same thread" in page
    assert f'href="/messages/{second}"' in page


def test_hostile_words_are_shown_and_never_run(reviewer, save):
    message = message_of(1, subject=HOSTILE, sender_name=HOSTILE, sender_address=HOSTILE, recipients=HOSTILE)
    zones = (
        ZoneRecord(kind="subject", text=HOSTILE),
        *[replace(zone, text=zone.text + HOSTILE) for zone in message.zones[1:]],
    )
    attachment = AttachmentRecord(filename=HOSTILE, content_type=HOSTILE, size=1, sha256="0", note=HOSTILE)
    message = replace(message, zones=zones, attachments=(attachment,), oddities=(HOSTILE,), message_id=HOSTILE)
    page = reviewer.get(f"/messages/{save(message)}").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 9


def test_raw_message_is_a_download_byte_for_byte(reviewer, three):
    answer = reviewer.get(f"/messages/{three[0]}/raw")
    assert answer.content == message_of(1).raw
    assert answer.headers["content-disposition"] == f'attachment; filename="message-{three[0]}.eml"'
    assert answer.headers["content-security-policy"].startswith("sandbox")


def test_original_html_stands_in_a_closed_frame(reviewer, save):
    number = save(message_of(1, html="<p>Hello <b>there</b></p>"))
    assert 'sandbox=""' in reviewer.get(f"/messages/{number}/original").text
    answer = reviewer.get(f"/messages/{number}/original.html")
    assert answer.headers["content-security-policy"].startswith(
        "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    )
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert "<b>there</b>" in answer.text


def test_who_looked_is_written_down(reviewer, store, three):
    reviewer.get(f"/messages/{three[0]}")
    reviewer.get(f"/messages/{three[0]}/raw")
    assert [(look.who, look.what) for look in reviews.looks(store, three[0])] == [
        ("reviewer", "message"),
        ("reviewer", "raw"),
    ]


def test_administrators_see_who_looked(app, client_of, reviewer, three):
    reviewer.get(f"/messages/{three[0]}/raw")
    page = client_of(app, "administrator").get(f"/messages/{three[0]}").text
    assert "1 April 2011, 10:00am: reviewer, the file as it was received" in page
    assert "Who looked at it" not in reviewer.get(f"/messages/{three[0]}").text


def test_second_person_on_a_message_sees_the_first(app, reviewer, three, client_of, clock):
    reviewer.get(f"/messages/{three[0]}")
    second = client_of(app, "second")
    assert "<strong>reviewer</strong> is looking at this message too" in second.get(f"/messages/{three[0]}").text
    clock.move(minutes=2)
    assert "is looking" not in second.get(f"/messages/{three[0]}/company?version=1").text


def test_reader_sees_the_tags_and_cannot_change_them(app, client_of, three):
    page = client_of(app, "reader").get(f"/messages/{three[0]}").text
    assert "Cohesion Topic Report" in page
    assert "Save and go to the next" not in page
    assert "Flag for a colleague" not in page


def test_message_without_text_subject_or_sender(reviewer, save):
    message = message_of(1, subject="", sender_name="", sender_address="", zones=(), attachments=())
    verdict = replace(message.verdict, hits=(), statements=())
    page = reviewer.get(f"/messages/{save(replace(message, verdict=verdict))}").text
    assert "(no subject)" in page
    assert "sender unknown" in page
    assert "This message has no text." in page
