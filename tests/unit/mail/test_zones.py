"""The parts of a body: new, quoted, forwarded, signature, notices; and what must not be taken for one."""

from collections.abc import Callable

import pytest

from classifiers.verdict import MessageText, Writer, ZoneKind
from pipeline.mail.clean import message_text, user_address
from pipeline.mail.message import Address, Attachment, ParsedEmail
from pipeline.mail.zones.carve import carve
from pipeline.mail.zones.forwards import Correspondents, subject_prefix

US = "StatShop@communities.gsi.gov.uk"
TEAM = frozenset({"statshop@communities.gsi.gov.uk"})
BLOCK = f"From: {US}\nSent: 14 March 2011 12:08\nTo: Sample Ann\nSubject: Tables\n\n"


def zoned(text: str, subject: str = "A question", sender: str = "Ann Sample") -> MessageText:
    parsed = ParsedEmail(subject=subject, sender=Address(name=sender, address="ann.sample@leeds.gov.uk"), text=text)
    return message_text(parsed, team_addresses=TEAM)


def parts(text: MessageText) -> list[tuple[str, str]]:
    return [(zone.kind.value, zone.text) for zone in text.zones[1:]]


def kinds(text: MessageText) -> list[str]:
    return [zone.kind.value for zone in text.zones[1:]]


QUOTED = {
    "outlook": "-----Original Message-----\n" + BLOCK + "Dear Ann\nOld words",
    "outlook, other order": f"From: {US}\nTo: Ann\nSent: 16/02/2011 09:10\nSubject: x\n\nOld words",
    "outlook, ruled": "________________________________\n" + BLOCK + "Old words",
    "outlook in bold": f"*From:* {US}\n*Sent:* Friday\n*To:* Ann\n*Subject:* x\n\nOld words",
    "outlook, long To": f"From: {US}\nSent: Friday\nTo: Ann Sample; Bob Sample;\nCara Sample\nSubject: x\n\nOld words",
    "welsh outlook": f"Oddi wrth: {US}\nAnfonwyd: 14 Mawrth 2011\nAt: Ann\nPwnc: x\n\nOld words",
    "french outlook": f"De : {US}\nEnvoyé : lundi\nÀ : Ann\nObjet : x\n\nOld words",
    "german outlook": f"Von: {US}\nGesendet: Montag\nAn: Ann\nBetreff: x\n\nOld words",
    "gmail": f"On Mon, Jul 4, 2011 at 3:48 PM, StatShop <{US}> wrote:\n> Old words",
    "gmail, folded": f"On Mon, Jul 4, 2011 at 3:48 PM, StatShop\n<{US}> wrote:\n\n> Old words",
    "iphone": f"On 3 Mar 2011, at 10:22, StatShop <{US}> wrote:\n\nOld words",
    "blackberry": "------Original Message------\nFrom: StatShop\nTo: Ann\nSubject: x\nSent: 3 Mar 10:22\n\nOld words",
    "groupwise": ">>> StatShop 18/07/2011 14:59 >>>\nOld words",
    "lotus notes": "                     StatShop\n                                   To:   Ann Sample/DCLG@DCLG\n"
    "             21/09/2011 12:40      cc:   Bob Sample/DCLG@DCLG\n"
    "                                   Subject:  x\n\n\nOld words",
    "marks alone": "> Old words\n> and more",
    "welsh attribution": f"Ar 3 Maw 2011 am 10:22, ysgrifennodd StatShop <{US}>:\n> Old words",
}


@pytest.mark.parametrize("earlier", QUOTED.values(), ids=QUOTED)
def test_f62_earlier_mail_of_the_team_is_quoted(earlier: str) -> None:
    text = zoned(f"Thanks, that is what I needed.\n\n{earlier}\n", subject="RE: Tables")
    assert parts(text) == [("new", "Thanks, that is what I needed."), ("quoted", earlier.rstrip())]
    assert text.forwarded == ()


def test_answers_between_quoted_lines_are_all_new() -> None:
    text = zoned("Thanks.\n\n> first question?\n\nYes.\n\n> second?\nNo.\n", subject="Re: x")
    assert [part for part in parts(text) if part[0] == "new"] == [("new", "Thanks."), ("new", "Yes."), ("new", "No.")]


@pytest.mark.parametrize(
    "line",
    [
        "On the other hand, we wrote: volunteering is down.",
        "On Monday we get the figures.",
        "auto-reply is a word we use",
        "This -- and I mean it -- matters.",
        "From: April 2010 to March 2011 we used it.",
        "> 50% of people volunteer",
        "The original message was clear.",
        "Sent from our office in Leeds, the form is late.",
        "Regards the timing, we need it in May.",
        "Please print this email out for the board if you can.",
        "We treat the data as confidential.",
        "-- also a third point",
    ],
)
def test_f63_real_text_is_not_eaten(line: str) -> None:
    text = zoned(f"Dear team\n\n{line}\n\nCould you send the table?\n")
    assert kinds(text) == ["new"]
    assert line in text.zones[1].text


FORWARDS = {
    "outlook": (
        "FW: figures",
        "-----Original Message-----\nFrom: H. Quill [mailto:h.quill@example.net]\nSent: 9 October\n",
    ),
    "no prefix": ("figures", "From: H. Quill [mailto:h.quill@example.net]\nSent: 9 October 2011\n"),
    "reply that passes on": ("RE: figures", "From: H. Quill <h.quill@example.net>\nSent: 9 October 2011\n"),
    "gmail": ("Fwd: figures", "---------- Forwarded message ----------\nFrom: H. Quill <h.quill@example.net>\n"),
    "apple": ("Fwd: figures", "Begin forwarded message:\n\nFrom: H. Quill <h.quill@example.net>\n"),
    "french": ("TR: figures", "De : H. Quill [mailto:h.quill@example.net]\nEnvoyé : lundi\n"),
}


@pytest.mark.parametrize(("subject", "head"), FORWARDS.values(), ids=FORWARDS)
def test_a_mail_that_was_passed_on_is_forwarded(subject: str, head: str) -> None:
    original = (
        "We plan our grants with these figures and would like the table for Devon.\n\nYours sincerely\nH. Quill\n"
    )
    text = zoned(f"One for you I think, please see below.\n\n{head}To: MP\nSubject: figures\n\n{original}", subject)
    assert kinds(text) == ["new", "quoted", "forwarded", "signature"]
    assert text.zones[3].text == "We plan our grants with these figures and would like the table for Devon."
    assert text.forwarded == (Writer(name="H. Quill", address="h.quill@example.net"),)
    assert user_address(text) == "h.quill@example.net"


def test_a_forward_of_a_forward_leads_to_its_deepest_writer() -> None:
    body = (
        "For you.\n\n"
        "From: Lynn Pass <lynn@example.gov.uk>\nSent: 2 May 2011\nTo: Team\nSubject: FW: giving\n\nCan you help?\n\n"
        "From: Grace Testwell <g.testwell@charity.example.org>\nSent: 1 May 2011\nTo: Lynn\nSubject: giving\n\n"
        "We need the giving figures to plan our appeal next year.\n"
    )
    text = zoned(body, "FW: FW: giving")
    assert [one.address for one in text.forwarded] == ["lynn@example.gov.uk", "g.testwell@charity.example.org"]
    assert user_address(text) == "g.testwell@charity.example.org"
    assert parts(text)[-1] == ("forwarded", "We need the giving figures to plan our appeal next year.")


def test_a_hop_that_says_much_is_where_the_chain_ends() -> None:
    much = "We are the policy unit and would ourselves like the giving figures by region for our paper. " * 2
    body = (
        "For you.\n\nFrom: Lynn Pass <lynn@example.gov.uk>\nSent: 2 May 2011\nTo: Team\nSubject: RE: giving\n\n"
        f"{much}\n\n"
        "From: Bob Asker <bob@example.org>\nSent: 1 May 2011\nTo: Lynn\nSubject: giving\n\nAny news?\n"
    )
    text = zoned(body, "FW: giving")
    assert user_address(text) == "lynn@example.gov.uk"
    assert kinds(text)[-2:] == ["forwarded", "quoted"]


def test_a_long_request_above_a_colleagues_line_is_the_senders_own() -> None:
    own = "We have money for one adviser in Birmingham and I would like the latest figures on refused jobs. " * 5
    text = zoned(
        f"{own}\n\nFrom: Malcolm Hint\nSent: 18 January 2011\nTo: Ann\nSubject: RE: figures\n\nTry the survey lot. M\n",
        "FW: figures",
    )
    assert kinds(text) == ["new", "quoted"]
    assert text.forwarded == ()


def test_ones_own_earlier_mail_under_a_reply_is_quoted() -> None:
    head = "From: Ann Sample <ann.sample@leeds.gov.uk>\nSent: 1 May 2011\nTo: StatShop\nSubject: x\n"
    body = f"Any news?\n\n{head}\nCould you send it?\n"
    assert kinds(zoned(body, "RE: x")) == ["new", "quoted"]


SIGNATURES = [
    "Many thanks\nAnn",
    "Ann Sample\nResearch Officer\nLeeds City Council\nTel 0113 496 0000",
    "Kind regards,\n\nAnn Sample | Leeds City Council | Civic Hall, LS1 1UR",
    "-- \nAnn\nLeeds",
    "Diolch yn fawr / Many thanks\n\nAnn Sample\nSwyddog Polisi / Policy Officer",
    "A Sample\nLEEDS",
    "Thanks, Ann",
]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signatures_are_told_from_the_text(signature: str) -> None:
    text = zoned(f"Could you send the table by ward?\n\n{signature}\n")
    assert parts(text) == [("new", "Could you send the table by ward?"), ("signature", signature)]


def test_plain_head_of_lotus_notes_begins_earlier_mail() -> None:
    head = "Ann Rowe/CED/LEEDS\n04/02/2011 09:12\nTo: Bo Quill/CED@CED\ncc: StatShop\nSubject: Fw: the trust table\n"
    text = zoned(f"Two things, by Monday please.\n\nB.\n\n{head}\nThey also do giving.\n")
    assert kinds(text)[:2] == ["new", "quoted"]
    assert "giving" not in parts(text)[0][1]


def test_a_name_with_a_slash_is_no_head() -> None:
    assert kinds(zoned("Ann Rowe/Bo Quill\nwill both come on 04/02.\n\nTo: be decided\n")) == ["new"]


def test_text_below_a_signature_is_new() -> None:
    text = zoned(
        "Could you send the table?\n\nAnn\n\nPS The link on your website is broken, could you mend it please?\n"
    )
    assert kinds(text) == ["new", "signature", "new"]


NOTICES = [
    "This email and any attachments are confidential. If you have received it in error, delete it.",
    "The original of this email was scanned for viruses by the Government Secure Intranet virus scanning service.",
    "Please consider the environment before printing this email",
    "UK Parliament Disclaimer:\nThis e-mail is confidential to the intended recipient.",
    "Mae'r e-bost hwn ac unrhyw atodiad yn gyfrinachol ac fe'i bwriedir ar gyfer y sawl a enwir.",
    "Ar ôl gadael y fewnrwyd mae'r neges hon wedi cael ei sganio am feirysau.",
    "Sent from my BlackBerry Wireless Handheld",
    "**********\nThis email may contain information about cohesion. If received by mistake, tell us.\n**********",
    "Any views expressed by the sender of this message are not necessarily those of the Council.",
]


@pytest.mark.parametrize("notice", NOTICES)
def test_f62_notices_are_told_from_the_text(notice: str) -> None:
    text = zoned(f"Could you send the table?\n\n{notice}\n")
    assert parts(text) == [("new", "Could you send the table?"), ("disclaimer", notice)]


def test_documents_and_the_subject_are_zones() -> None:
    form = Attachment(filename="form.docx", content_type="x/y", size=1, sha256="", text="Q\tA")
    picture = Attachment(filename="a.png", content_type="image/png", size=1, sha256="", note="a picture")
    parsed = ParsedEmail(subject="Form", sender=Address(), text="See form", attachments=(form, picture))
    zones = message_text(parsed, team_addresses=TEAM).zones
    assert [(zone.kind.value, zone.text, zone.name) for zone in zones] == [
        ("subject", "Form", ""),
        ("new", "See form", ""),
        ("attachment", "Q\tA", "form.docx"),
    ]


def test_the_teams_own_mail_is_recognised() -> None:
    ours = ParsedEmail(subject="x", sender=Address(address="StatShop@Communities.gsi.gov.uk"), text="Hello")
    assert message_text(ours, team_addresses=TEAM).from_team
    assert not zoned("Hello").from_team


def test_a_carried_message_of_the_team_is_quoted() -> None:
    ours = ParsedEmail(
        subject="Tables", sender=Address(address="statshop@communities.gsi.gov.uk"), text="Here they are"
    )
    outer = ParsedEmail(subject="x", sender=Address(address="a@b.org"), text="See mine", attached=(ours,))
    text = message_text(outer, team_addresses=TEAM)
    assert text.forwarded == ()
    assert kinds(text) == ["new", "quoted", "quoted"]


@pytest.mark.parametrize(
    ("subject", "prefix"),
    [
        ("FW: x", "forward"),
        ("Fwd:x", "forward"),
        ("RE: FW: x", "reply"),
        ("Re[2]: x", "reply"),
        ("Figures: x", ""),
        ("", ""),
    ],
)
def test_the_prefix_of_a_subject(subject: str, prefix: str) -> None:
    assert subject_prefix(subject) == prefix


@pytest.mark.parametrize(
    "line", ["From: x\n", "On Monday at 10:00 we wrote\n", "> > x\n", "Ann Sample\n", "confidential message ", "  "]
)
def test_f64_five_megabytes_are_zoned_in_bounded_time(line: str) -> None:
    text = line * (5_000_000 // len(line))
    carved = carve(text, "x", Correspondents(team=TEAM, sender=Writer(name="Ann Sample")))
    assert sum(len(zone.text) for zone in carved.zones) >= 0.9 * len(text.strip())
    assert carved.zones[-1].kind is ZoneKind.QUOTED


def test_every_zone_fits_its_offset(mail: Callable[..., bytes]) -> None:
    body = "Hello\n\n> old\n\n  new again  \n\nAnn\n\nThis email is confidential to the addressee.\n"
    for zone in zoned(body).zones[1:]:
        assert body[zone.start : zone.start + len(zone.text)] == zone.text


BANNERS = {
    "liability": "This mail is for the addressees only. Northshire accepts no liability for what is said in it.",
    "advertisement": "Northshire Matters, our new guide to services \u2013 download it from our website",
}


@pytest.mark.parametrize("banner", BANNERS.values(), ids=BANNERS)
def test_f62_banner_below_a_signature_is_nobodys_text(banner: str) -> None:
    signature = "Regards\nAnn Sample\nPolicy Officer, Northshire Council"
    text = zoned(f"How many people volunteer at least once a month?\n\n{signature}\n\n{banner}\n")
    assert parts(text)[1:] == [("signature", signature), ("disclaimer", banner)]


def test_question_below_a_signature_stays_new() -> None:
    text = zoned("Thank you for the table.\n\nRegards\nAnn Sample\n\nPS is it on our website as well?\n")
    assert kinds(text) == ["new", "signature", "new"]


@pytest.mark.parametrize(
    "tagline",
    [
        pytest.param("Brook Ltd - bridges and\nfootpaths in green counties.", id="says of itself"),
        pytest.param("Building bridges for a greener county", id="motto"),
        pytest.param("Supporting communities across Norfolk since 1982", id="motto with a year"),
        pytest.param("Brook - bridges, footpaths and parks in green counties.", id="name without its legal form"),
    ],
)
def test_tagline_below_a_signature_belongs_to_it(tagline: str) -> None:
    signature = "Regards\nAnn Sample\nAnalyst, Brook Ltd"
    text = zoned(f"How many people volunteer?\n\n{signature}\n\n{tagline}\n")
    assert parts(text)[1:] == [("signature", f"{signature}\n\n{tagline}")]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(
            "Brook Ltd: could they have all of it too, with the bases, before the week is out and the board meets",
            id="asks",
        ),
        pytest.param(
            "Trust in the police: one figure was missing there, in the second row of the last table of the annex.",
            id="another name",
        ),
    ],
)
def test_other_words_below_a_signature_stay_new(said: str) -> None:
    text = zoned(f"How many people volunteer?\n\nRegards\nAnn Sample\nAnalyst, Brook Ltd\n\n{said}\n")
    assert kinds(text) == ["new", "signature", "new"]


@pytest.mark.parametrize(
    "said",
    [
        "No - we decided against the new centre after reading the volunteering report.",
        "Use: the volunteering figures went into our strategy for parks.",
        "Supporting evidence for our lottery bid came from the volunteering tables.",
        "Brook Ltd: used the volunteering figures in its plan, and opened two centres.",
        "Brook Ltd - two new centres opened in the county on the strength of it.",
        "Brook Ltd - bridges, mostly. And footpaths in every green county there is.",
        "County - two new centres, with gardens of their own, by next spring.",
        "An - two new centres, with gardens of their own, by next spring.",
        "Supporting the lottery bid of the Norfolk parks with volunteering figures.",
        "Making the case for parks - and for two new centres, one in each town.",
        "Use: the volunteering figures went into the strategy for parks",
        "We had them in the parks strategy",
        "No - the new centre was decided against",
        "Decision: two new centres, after reading the report",
        "Working with your figures in the parks plan",
    ],
)
def test_answer_below_a_signature_stays_new(said: str) -> None:
    signature = "Regards\nAnn Sample\nAnalyst, Norfolk Council / County House\nBrook Ltd"
    text = zoned(f"Thank you for asking how the numbers were of use to the parks team.\n\n{signature}\n\n{said}\n")
    assert parts(text)[-1] == ("new", said)


@pytest.mark.parametrize(
    "more", ["North and South Parks, County House", "Tel 0113 496 0000", "Part of the Brook family"]
)
def test_line_apart_from_a_signature_that_tells_nothing_belongs_to_it(more: str) -> None:
    signature = f"Regards\nAnn Sample\n\nAnalyst, Brook Ltd\n\n{more}"
    text = zoned(f"How many people volunteer at least once a month?\n\n{signature}\n")
    assert parts(text)[1:] == [("signature", signature)]
