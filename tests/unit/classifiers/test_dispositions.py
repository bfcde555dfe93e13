"""What has to be read: invented messages, with their headers, and what must be said of them."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.catalogue import PACKAGED
from classifiers.dispositions import Dispositions
from classifiers.evidence import OUTSIDE_TEXT
from classifiers.matching import Matchers, Search
from classifiers.needs import THRESHOLD
from classifiers.rulebook import load_rules
from classifiers.tagger import Tagger
from classifiers.verdict import MessageText, Tag, Writer, Zone, ZoneKind

RULEBOOK = load_rules()
TAGGER = Tagger(RULEBOOK)
THOROUGH = TAGGER.doubting_below(1.0)  # so sure is no header: all cues are searched for
MATCHERS = TAGGER.matchers
DISPOSITIONS = Dispositions(RULEBOOK)

Headers = dict[str, str]


def disposition(
    text: str, *, subject: str = "", sender: str = "a.other@wigan.gov.uk", headers: Headers | None = None
) -> Tag:
    given = tuple((headers or {}).items())
    kind = (headers or {}).get("content-type", "text/plain")
    zones = (Zone(kind=ZoneKind.SUBJECT, text=subject), Zone(kind=ZoneKind.NEW, text=text))
    name, _, address = sender.rpartition(" ")
    message = MessageText(zones=zones, sender=Writer(name=name, address=address), headers=given, content_type=kind)
    return DISPOSITIONS.tag(message, MATCHERS.found(message))


AWAY = "I am out of the office until Monday 4 July. For anything urgent please contact Bea."
ROUND = "In this issue: grants, jobs, events. Unsubscribe or change your preferences here."

TABLE = [
    # marked by headers
    ("dsn", "Sorry", {"content-type": "multipart/report; report-type=delivery-status"}, "", "bounce"),
    ("abuse-report", "Sorry", {"content-type": "multipart/report; report-type=feedback-report"}, "", "bounce"),
    ("read-receipt", "", {"content-type": "multipart/report; report-type=disposition-notification"}, "Read: x",
     "auto-reply"),
    ("failed-recipients", "A message", {"x-failed-recipients": "b@c.org"}, "Warning", "bounce"),
    ("exchange-ndr", "Sorry", {"x-ms-exchange-message-is-ndr": ""}, "Undeliverable: hello", "bounce"),
    ("auto-replied", "Thank you for your message.", {"auto-submitted": "auto-replied"}, "Re: hello", "auto-reply"),
    ("auto-replied-vacation", "Gone fishing", {"auto-submitted": "auto-replied (vacation)"}, "Re: hello", "auto-reply"),
    ("x-autoreply", "Gone fishing", {"x-autoreply": "yes"}, "Re: hello", "auto-reply"),
    ("x-autorespond", "Gone fishing", {"x-autorespond": "hello"}, "Re: hello", "auto-reply"),
    ("precedence-auto", "Gone fishing", {"precedence": "auto_reply"}, "Re: hello", "auto-reply"),
    ("list", "Anyone been to Hull?", {"list-id": "<talk.example.org>"}, "[talk] Hull", "bulk"),
    ("precedence-list", "Anyone been to Hull?", {"precedence": "list"}, "[talk] Hull", "bulk"),
    ("newsletter-program", ROUND, {"x-mailer": "MailChimp Mailer"}, "Spring news", "bulk"),
    ("calendar", "", {"content-type": "text/calendar; method=REPLY"}, "Accepted: meeting", "bulk"),
    ("bounce-marked-as-answer", "could not be delivered to the following recipient",
     {"auto-submitted": "auto-replied", "return-path": "<>"}, "Delivery Status Notification (Delay)", "bounce"),
    # ordinary mail with such headers
    ("auto-submitted-no", "Please send the table.", {"auto-submitted": "no"}, "Table", "triage"),
    ("suppress-alone", "Please send the table.", {"x-auto-response-suppress": "All"}, "Table", "triage"),
    ("precedence-bulk-alone", "Please send the table.", {"precedence": "bulk"}, "Table", "triage"),
    ("empty-return-path-alone", "Please send the table.", {"return-path": "<>"}, "Table", "triage"),
    # said by subject and text
    ("away", AWAY, {}, "Out of Office: Re: tables", "auto-reply"),
    ("away-outlook", AWAY, {}, "Automatic reply: tables", "auto-reply"),
    ("away-plain-subject", AWAY, {}, "Re: tables", "auto-reply"),
    ("away-german", "Ich bin bis Montag nicht im Haus.", {}, "Abwesenheitsnotiz: tables", "auto-reply"),
    ("away-french", "Je suis absente.", {}, "Réponse automatique : tables", "auto-reply"),
    ("away-spanish", "Estaré ausente.", {}, "Respuesta automática: tables", "auto-reply"),
    ("away-italian", "Sono fuori sede.", {}, "Risposta automatica: tables", "auto-reply"),
    ("away-dutch", "Ik ben op vakantie.", {}, "Automatisch antwoord: tables", "auto-reply"),
    ("away-welsh", "Rwyf allan o'r swyddfa.", {}, "Ateb awtomatig: tables", "auto-reply"),
    ("away-on-topic", "I am on leave until Monday. Bea has the volunteering figures.", {},
     "Volunteering figures - out of office", "auto-reply"),
    ("away-notes", "I will be out of the office and will not return until 17 October. I use a lot of statistics, so I "
     "do want to hear of it, but not now.", {}, "Ann Sample is out of the office.", "auto-reply"),
    ("ticket", "Your enquiry has been received. We aim to reply within 10 working days. This is an automated response.",
     {}, "Case 4471 received", "auto-reply"),
    ("leaver", "Mo no longer works here. This mailbox is not monitored.", {}, "Mo has left", "auto-reply"),
    ("press-release", "FOR IMMEDIATE RELEASE\n\nNotes to editors\nCall us.", {}, "Press release: cats", "bulk"),
    ("newsletter", ROUND, {}, "e-bulletin 12", "bulk"),
    ("lottery", "Your email ID has won GBP 500,000 in the online lottery. Contact our fiduciary agent to claim.",
     {}, "WINNER", "spam"),
    ("inheritance", "I am the solicitor of a late client with no next of kin. The sum of USD 9 million can be "
     "transferred to your account. Strictly confidential.", {}, "Dear friend", "spam"),
    ("phishing", "Your mailbox has exceeded its quota. Click here to verify your account or it will be suspended.",
     {}, "Helpdesk", "spam"),
    ("credentials", "Dear account user, confirm your account: reply with user name and password.", {}, "Alert", "spam"),
    ("pills", "Viagra and Cialis without prescription, lowest prices, order now.", {}, "Hi", "spam"),
    ("search-engines", "We get your website on the first page of Google. Free quote, no obligation.", {}, "SEO",
     "spam"),
    ("loan", "Do you need a loan at 3% interest? No collateral. Apply now.", {}, "Loan approved", "spam"),
    ("supplies", "Toner at 60% off list price, free delivery, order today. To be removed from our list reply REMOVE.",
     {}, "Save", "spam"),
    # a person's mail that only looks so
    ("about-unsubscribing", "How do I unsubscribe from the paper forms you post me? My neighbour had one too.",
     {}, "Forms", "triage"),
    ("complaint-about-answer", "I have had three out of office messages from your team this week and no answer.",
     {}, "No answer", "triage"),
    ("away-in-passing", "I'm on leave next week, so could you send the table on volunteering to Bea instead?",
     {}, "Table", "triage"),
    ("away-and-asking", "I'm on leave until Monday 4th, so please send the volunteering table to Bea in the meantime.",
     {}, "Table", "triage"),
    ("reply-to-ticket", "Thanks. Still no table on giving by region, could you look again?", {},
     "RE: [Ticket 4471] Giving by region", "triage"),
    ("money-complaint", "Four million pounds a year! I bet nobody reads it. Stop it.", {}, "Waste", "triage"),
    ("delivery-of-services", "Do you ask about satisfaction with the delivery of local services?", {},
     "Delivery of services", "triage"),
    ("answers-away", "Sorry, I was on leave until Monday. We use your community life volunteering figures to decide "
     "which districts get grants.", {}, "Re: Out of office: how do you use our statistics", "triage"),
    ("answers-automatic", "Back in the office now, sorry - I was on annual leave until Monday. We use the citizenship "
     "survey volunteering tables in our strategy for parks.", {}, "Re: Automatic reply: How do you use our statistics?",
     "triage"),
    ("answers-i-am-away", "As I was away until Tuesday, here is our answer late. Our cabinet decided to fund two "
     "centres after reading your volunteering report.", {}, "Re: I am away: use of statistics", "triage"),
    ("answers-tagged", "I am on leave from Friday until Monday. Our cabinet decided to fund two centres after reading "
     "your volunteering report.", {}, "[External] RE: Out of office", "triage"),
    ("away-but-tells", "I am on leave from Friday until Monday. We use your volunteering report to plan our training.",
     {}, "Volunteering: I am away", "triage"),
    ("back-again", "Sorry, I was on leave until Monday. The council has talked it over.", {}, "Re: Out of office",
     "triage"),
    ("list-but-to-us", "Dear StatShop, could you tell me when the next cohesion tables are due?",
     {"list-id": "<talk.example.org>", "to": "talk@example.org, statshop@communities.gsi.gov.uk"},
     "[talk] cohesion tables", "triage"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "headers", "subject", "wanted"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_f60_disposition_of_a_message(text: str, headers: Headers, subject: str, wanted: str) -> None:
    assert disposition(text, headers=headers, subject=subject).value == wanted


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        ("MAILER-DAEMON@mx.org", "failure notice", "I wasn't able to deliver your message. This is a permanent error."),
        ("postmaster@wigan.gov.uk", "Undeliverable: table", "The recipient's mailbox is full."),
        ("Mail Delivery System x@mx.org", "Mail delivery failed", "could not be delivered to one or more recipients"),
        ("Mail Delivery Subsystem x@mx.org", "Returned mail: User unknown", "550 5.1.1 User unknown"),
        ("postmaster@firm.de", "Unzustellbar: table", "550 no such user"),
    ],
)
def test_report_of_a_mail_system_is_a_bounce(sender: str, subject: str, text: str) -> None:
    assert disposition(text, subject=subject, sender=sender).value == "bounce"


def test_bounce_forwarded_by_a_person_stays_with_people() -> None:
    zones = (
        Zone(kind=ZoneKind.SUBJECT, text="FW: Undeliverable: table on giving"),
        Zone(kind=ZoneKind.NEW, text="This came back when I wrote to you yesterday. What is the right address?"),
        Zone(kind=ZoneKind.FORWARDED, text="Delivery has failed to these recipients. 550 5.1.1 User unknown"),
    )
    message = MessageText(zones=zones, sender=Writer(address="ann@gmail.com"))
    assert DISPOSITIONS.tag(message, MATCHERS.found(message)).value == "triage"


def test_newsletter_forwarded_with_a_question_stays_with_people() -> None:
    zones = (
        Zone(kind=ZoneKind.SUBJECT, text="FW: e-bulletin 12"),
        Zone(kind=ZoneKind.NEW, text="Is the figure on volunteering in item 3 one of yours?"),
        Zone(kind=ZoneKind.FORWARDED, text=ROUND),
    )
    message = MessageText(zones=zones, sender=Writer(address="ann@gmail.com"))
    assert DISPOSITIONS.tag(message, MATCHERS.found(message)).value == "triage"


def test_reason_is_a_sentence_and_the_hit_names_the_header() -> None:
    tag = disposition("Gone fishing", headers={"auto-submitted": "auto-replied"}, subject="Re: hello")
    assert tag.reason.startswith("it is marked as an automatic reply (RFC 3834)")
    assert (tag.hits[0].zone, tag.hits[0].words) == (OUTSIDE_TEXT, "auto-submitted: auto-replied")


def test_hit_in_the_text_gives_the_exact_words() -> None:
    tag = disposition(AWAY, subject="Re: tables")
    assert tag.value == "auto-reply"
    assert all(AWAY[hit.start : hit.end] == hit.words for hit in tag.hits if hit.zone == 1)


def test_triage_says_what_it_nearly_was() -> None:
    tag = disposition("Please send the table.", headers={"precedence": "bulk"})
    assert tag.reason == "it has something of bulk mail, but too little"
    assert tag.confidence < disposition("Please send the table.").confidence


LINES = (
    "Unsubscribe or change your preferences here.",
    "Delivery has failed to these recipients. 550 5.1.1 User unknown",
    "This is an automatically generated Delivery Status Notification.",
    "I am out of the office until Monday 4 July.",
    "Dear StatShop,",
    "Could you send me the figures on volunteering?",
    "Buy now: special offer, free trial of Viagra, 50% off!",
)
PLACES = (ZoneKind.NEW, ZoneKind.QUOTED, ZoneKind.FORWARDED, ZoneKind.SIGNATURE, ZoneKind.ATTACHMENT)
LISTED = {"list-id": "<a.b>", "precedence": "bulk", "list-unsubscribe": "<mailto:a@b.org>"}
MARKS: tuple[Headers, ...] = (
    {"list-id": "<a.b>"},
    LISTED,
    {"auto-submitted": "auto-replied"},
    {"x-failed-recipients": "b@c.org"},
    {},
)
MESSAGES = st.builds(
    lambda zones, headers, sender: MessageText(
        zones=(
            Zone(kind=ZoneKind.SUBJECT, text="Hello"),
            *(Zone(kind=kind, text="\n".join(lines)) for kind, lines in zones),
        ),
        sender=Writer(address=sender),
        headers=tuple(headers.items()),
    ),
    st.lists(st.tuples(st.sampled_from(PLACES), st.lists(st.sampled_from(LINES), max_size=3)), max_size=4),
    st.sampled_from(MARKS),
    st.sampled_from(["a@b.org", "mailer-daemon@b.org"]),
)


@settings(deadline=None, max_examples=60)
@given(MESSAGES)
def test_what_is_searched_for_cues_alone_has_the_disposition_of_a_full_search(message: MessageText) -> None:
    marks = DISPOSITIONS.marks(message)
    kinds = DISPOSITIONS.cues_in(message, marks)
    assert (kinds is None) is (not message.headers)
    found = MATCHERS.found(message) if kinds is None else MATCHERS.found(message, Search.CUES, kinds)
    assert DISPOSITIONS.tag(message, found, marks) == DISPOSITIONS.tag(message, MATCHERS.found(message))


@settings(deadline=None, max_examples=60)
@given(MESSAGES)
def test_what_overrules_settles_what_a_full_search_says(message: MessageText) -> None:
    marks, found = DISPOSITIONS.marks(message), MATCHERS.found(message, Search.OVERRULING)
    tag, by_all = DISPOSITIONS.tag(message, found, marks), DISPOSITIONS.tag(message, MATCHERS.found(message))
    if DISPOSITIONS.is_settled(tag, found, marks):
        assert tag.value == by_all.value
        assert tag.confidence <= by_all.confidence


@settings(deadline=None, max_examples=60)
@given(MESSAGES)
def test_less_searching_leaves_the_tags_and_who_has_to_look(message: MessageText) -> None:
    verdict, thorough = TAGGER.verdict(message), THOROUGH.verdict(message)
    assert [(tag.dimension, tag.value) for tag in verdict.tags] == [(tag.dimension, tag.value) for tag in thorough.tags]
    assert verdict.needs_person is (thorough.confidence < THRESHOLD)


@pytest.mark.parametrize(
    ("headers", "text", "settled"),
    [
        pytest.param(LISTED, "News of the week.", True, id="list"),
        pytest.param(LISTED, "Dear StatShop, news of the week.", False, id="list that speaks to the mailbox"),
        pytest.param(LISTED, "You asked the Citizenship Survey team to write.", True, id="list that names it"),
        pytest.param({}, "News of the week.", False, id="unmarked"),
    ],
)
def test_a_sure_header_settles_what_no_words_overrule(headers: Headers, text: str, settled: bool) -> None:
    message = MessageText(zones=(Zone(kind=ZoneKind.NEW, text=text),), headers=tuple(headers.items()))
    marks, found = DISPOSITIONS.marks(message), MATCHERS.found(message, Search.OVERRULING)
    assert DISPOSITIONS.is_settled(DISPOSITIONS.tag(message, found, marks), found, marks) is settled


@pytest.mark.parametrize("kind", ["cancel", "rule"])
def test_another_entry_of_a_cue_leaves_its_own_rule_in_place(tmp_path: Path, kind: str) -> None:
    own = tmp_path / "rules"
    shutil.copytree(PACKAGED, own)
    with (own / "disposition_cues.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[[{kind}]]\nid = "away.frog"\ntag = "auto-reply-away"\nphrases = ["the frog is on leave"]\n')
    rules = load_rules(own)
    message = MessageText(zones=(Zone(kind=ZoneKind.SUBJECT, text="Re: tables"), Zone(kind=ZoneKind.NEW, text=AWAY)))
    tag = Dispositions(rules).tag(message, Matchers(rules).found(message))
    assert tag == DISPOSITIONS.tag(message, MATCHERS.found(message))
    assert "auto-away" in [hit.rule for hit in tag.hits]
