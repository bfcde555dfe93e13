"""Whose words count, what the evidence is worth, and how it is said."""

import pytest

from classifiers.categories import Categories
from classifiers.evidence import OUTSIDE_TEXT, Evidence, Rank, decided
from classifiers.matching import Matchers
from classifiers.rulebook import load_rules
from classifiers.verdict import MessageText, Tag, Writer, Zone, ZoneKind

RULEBOOK = load_rules()
MATCHERS = Matchers(RULEBOOK)
CATEGORIES = Categories(RULEBOOK)

COLLEAGUE = Writer(name="Enquiries", address="enquiries@communities.gsi.gov.uk")
COUNCIL = Writer(name="Ann Rowe", address="a.rowe@wigan.gov.uk")


def tags(*zones: tuple[ZoneKind, str], sender: Writer = COLLEAGUE, **rest: object) -> tuple[Tag, ...]:
    parts = tuple(Zone(kind=kind, text=text) for kind, text in zones)
    message = MessageText(zones=parts, sender=sender, **rest)  # type: ignore[arg-type]  # the fields vary by test
    return CATEGORIES.tags(message, MATCHERS.found(message))


def test_forward_by_a_colleague_gives_the_original_writer() -> None:
    found = tags(
        (ZoneKind.NEW, "One for you I think."),
        (ZoneKind.FORWARDED, "Could you send the regional table?"),
        forwarded=(COUNCIL,),
    )
    assert found[0].value == "local-government"
    assert found[0].reason.startswith("passed on to the mailbox; of Ann Rowe: the address ends in wigan.gov.uk")


def test_forward_through_two_hops_gives_the_deepest_writer() -> None:
    found = tags(
        (ZoneKind.NEW, "See below please."),
        (ZoneKind.FORWARDED, "Not ours, over to you."),
        (ZoneKind.FORWARDED, "I'd like the table on giving for my thesis."),
        forwarded=(Writer(address="desk@justice.gsi.gov.uk"), Writer(address="kit@gmail.com")),
    )
    assert found[0].value == "academia"


def test_forward_on_ones_own_account_gives_the_sender() -> None:
    found = tags(
        (ZoneKind.NEW, "Malcolm says you may know. I need the figures by region for our paper on hiring, not he."),
        (ZoneKind.FORWARDED, "Try the survey people."),
        sender=Writer(address="d.sole@jobcentreplus.gsi.gov.uk"),
        forwarded=(COUNCIL,),
    )
    assert found[0].value == "dwp"


def test_constituent_passed_on_by_an_office_is_the_public() -> None:
    found = tags(
        (ZoneKind.NEW, "Please reply direct to the constituent."),
        (ZoneKind.FORWARDED, "I have lived at Bow for thirty years and nobody asked me."),
        sender=Writer(name="Office of Ena Mott MP", address="mott.office@parliament.uk"),
        forwarded=(Writer(name="H. Quick", address="hq@onetel.com"),),
    )
    assert found[0].value == "public"


def test_forward_of_our_own_mail_gives_the_sender() -> None:
    found = tags(
        (ZoneKind.NEW, "Thanks, see below."),
        (ZoneKind.FORWARDED, "Tables attached."),
        sender=COUNCIL,
        forwarded=(Writer(address="StatShop@communities.gsi.gov.uk"),),
        headers=(("to", "StatShop@communities.gsi.gov.uk"),),
    )
    assert found[0].value == "local-government"


def test_forged_sender_is_no_evidence() -> None:
    assert tags((ZoneKind.NEW, "Figures please."), sender=COUNCIL, sender_trusted=False)[0].value == "unknown"


def test_display_name_tells_where_the_address_does_not() -> None:
    sender = Writer(name="Wells Volunteer Centre", address="wells@gmail.com")
    assert tags((ZoneKind.NEW, "Figures please."), sender=sender)[0].value == "ocs-voluntary"


def test_form_gives_the_organisation() -> None:
    sender = Writer(address="ann@gmail.com")
    found = tags((ZoneKind.NEW, "1. Name and organisation\nAnn Rowe, Wigan Council"), sender=sender)
    assert found[0].value == "local-government"


def test_quoted_statement_counts_when_nothing_else_tells() -> None:
    sender = Writer(address="mei@gmail.com")
    found = tags(
        (ZoneKind.NEW, "Great, and for 2009?"), (ZoneKind.QUOTED, "I am an MA student at King's."), sender=sender
    )
    assert found[0].value == "academia"


def test_hit_of_an_address_stands_outside_the_text() -> None:
    hit = tags((ZoneKind.NEW, "Figures please."), sender=COUNCIL)[0].hits[0]
    assert (hit.zone, hit.words) == (OUTSIDE_TEXT, "wigan.gov.uk")
    assert COUNCIL.address[hit.start : hit.end] == hit.words


def test_hits_in_the_text_give_the_exact_words() -> None:
    text = "Hello. I am the treasurer of a small befriending scheme in Ely."
    found = tags((ZoneKind.NEW, text), sender=Writer(address="mo@gmail.com"))
    assert all(text[hit.start : hit.end] == hit.words for hit in found[0].hits)
    assert found[0].hits[0].words.startswith("I am the treasurer of")


@pytest.mark.parametrize(("address", "surer"), [("mo@wigan.gov.uk", True), ("mo@smallthing.co.uk", False)])
def test_confidence_follows_the_evidence(address: str, surer: bool) -> None:
    confidence = tags((ZoneKind.NEW, "Figures please."), sender=Writer(address=address))[0].confidence
    assert (confidence >= 0.9) is surer


def test_dispute_between_equals_takes_confidence_and_names_the_other() -> None:
    both = [
        Evidence(category="media", rank=Rank.STATED, weight=0.93, reason="a"),
        Evidence(category="academia", rank=Rank.STATED, weight=0.9, reason="b"),
    ]
    first, second = decided(both)
    assert (first.value, second.value) == ("media", "academia")
    assert first.confidence < 0.8


def test_no_evidence_is_unknown_and_says_so() -> None:
    (only,) = decided([])
    assert only.value == "unknown"
    assert "nothing in the message tells" in only.reason


@pytest.mark.parametrize(
    ("address", "text", "signature", "value"),
    [
        pytest.param(
            "t.bray@hmps.gsi.gov.uk",
            "I am the Methodist chaplain on B wing and quote your trust figures on Sundays.",
            "Chaplaincy, HMP Downview",
            "moj",
            id="a faith word does not outweigh the prison service's address",
        ),
        pytest.param(
            "l.quill@noms.gsi.gov.uk",
            "May we have prisons by year?",
            "Equalities Action Group",
            "moj",
            id="a team's name",
        ),
        pytest.param(
            "p.oste@cabinet-office.x.gsi.gov.uk",
            "I look after the giving pilots for the Office for Civil Society.",
            "Pat Oste",
            "ocs-voluntary",
            id="an office that shares the address",
        ),
        pytest.param(
            "p.oste@cabinet-office.x.gsi.gov.uk",
            "This is for the Delivery Unit, not OCS.",
            "Pat Oste",
            "other-government",
            id="an office that is not meant",
        ),
        pytest.param(
            "r.vane@homeoffice.gsi.gov.uk",
            "We used the tables in the review. One chart went into my master's essay as well.",
            "R Vane\nResearch, Home Office",
            "home-office",
            id="who signs for the department writes for it",
        ),
        pytest.param(
            "e.lamb@tiscali.co.uk",
            "I am 77 and was for forty years with the Post Office. Page 3 has a slip in it.",
            "E Lamb",
            "public",
            id="where one was once",
        ),
        pytest.param("e.lamb@tiscali.co.uk", "In retirement I read footnotes.", "E Lamb", "public", id="in retirement"),
        pytest.param(
            "kit@getinvolvedhull.example",
            "We're a volunteer centre and fewer people come through our doors each winter.",
            "Kit",
            "ocs-voluntary",
            id="doors that are not a home's",
        ),
        pytest.param(
            "jo@harbour-llp.example",
            "We're advising a county council on its area boards and want the influence table.",
            "Jo Teal",
            "business",
            id="who advises a council is none",
        ),
        pytest.param(
            "ox@larksong.example",
            "I am treasurer (somebody must be) of the Larksong Appeal and need the share who give.",
            "Ox",
            "ocs-voluntary",
            id="an office in a small body",
        ),
    ],
)
def test_addresses_and_words_are_weighed(address: str, text: str, signature: str, value: str) -> None:
    zones = ((ZoneKind.NEW, text), (ZoneKind.SIGNATURE, signature))
    assert tags(*zones, sender=Writer(address=address))[0].value == value
