"""Messages that other mail systems lost or broke on, each by its number in the list of field failures: F44 to F60."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook

from classifiers.verdict import ZoneKind
from pipeline.mail.clean import message_text, user_address
from pipeline.mail.errors import UnreadableMessage
from pipeline.mail.message import ArrivalSource, Origin, ParsedEmail, RawMessage
from pipeline.mail.parse import arrival, parse_email

NOW = datetime(2011, 3, 1, 12, tzinfo=UTC)


def storable(parsed: ParsedEmail) -> bool:
    """Say whether every text goes into JSON, UTF-8, PostgreSQL and a workbook."""
    texts = [parsed.subject, parsed.sender.name, parsed.sender.address, parsed.text, parsed.message_id]
    texts += [value for field in parsed.headers for value in field]
    json.dumps(texts, ensure_ascii=False).encode("utf-8")
    sheet = Workbook().active
    assert sheet is not None
    sheet.append(texts)  # openpyxl refuses what no cell may hold
    return not any("\0" in text for text in texts)


def test_f44_raw_letters_in_from_are_storable(mail: Callable[..., bytes]) -> None:
    parsed = parse_email(mail(from_=b"Jos\xe9 Sample <jose@example.org>"))
    assert parsed.sender.name == "José Sample"
    assert storable(parsed)


def test_f45_nul_in_subject_and_body_is_storable(mail: Callable[..., bytes]) -> None:
    parsed = parse_email(mail("a\0b", subject="a\0b =?utf-8?q?=00?="))
    assert parsed.text == "ab"
    assert storable(parsed)


@pytest.mark.parametrize("charset", ["iso-8859-1", "ISO_8859-1", "latin1", "us-ascii", "windows-1252"])
def test_f46_windows_letters_under_another_name_are_readable(mail: Callable[..., bytes], charset: str) -> None:
    parsed = parse_email(mail(b"\x93quoted\x94 \x96 \x80500", content_type=f"text/plain; charset={charset}"))
    assert parsed.text == "“quoted” – €500"


@pytest.mark.parametrize("charset", ["cp-850", "utf-8 euao6y69zh2w", "unicode", "x-unknown", "charset=utf-8"])
def test_f47_junk_charsets_are_read_as_best_can_be(mail: Callable[..., bytes], charset: str) -> None:
    octets = "café".encode("cp850" if charset == "cp-850" else "utf-8")
    parsed = parse_email(mail(octets, content_type=f'text/plain; charset="{charset}"'))
    assert parsed.text == "café"


def test_f47_an_unknown_charset_is_said(mail: Callable[..., bytes]) -> None:
    parsed = parse_email(mail("café".encode(), content_type="text/plain; charset=unicode"))
    assert "the charset was guessed: it said unicode, read as utf-8" in parsed.oddities


def test_f48_bad_base64_in_a_subject_keeps_the_raw_subject(mail: Callable[..., bytes]) -> None:
    assert parse_email(mail(subject="=?utf-8?b?!!!?= plans")).subject == "=?utf-8?b?!!!?= plans"


@pytest.mark.parametrize("date", ["", "Tue, 16 Nov 2010 29:24:05 +0000", "x" * 200, "17 March 2096 10:00", "never"])
def test_f49_without_a_usable_date_the_arrival_counts(mail: Callable[..., bytes], date: str) -> None:
    raw = mail(date=date)
    parsed = parse_email(raw)
    kept = RawMessage(
        origin=Origin.IMAP,
        account="a",
        folder="f",
        uidvalidity=1,
        uid=1,
        raw=raw,
        internal_date=datetime(2011, 2, 1, tzinfo=UTC),
    )
    arrived = arrival(kept, parsed, (), NOW)
    assert (arrived.at.month, arrived.source) == (2, ArrivalSource.INTERNALDATE)
    assert {"it has no date", "the date could not be read"} & set(parsed.oddities)


def test_f49_a_date_without_zone_is_utc(mail: Callable[..., bytes]) -> None:
    assert parse_email(mail(date="16 Nov 2010 09:41")).sent_at == datetime(2010, 11, 16, 9, 41, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("headers", "hello"),
        ("parse", "x"),
        ("headers_json", "x"),
        ("message_id", '<"a b"@ex ample>'),
        ("message_id", "'quoted'"),
        ("subject", r"Figures \1 and \g<name>"),
    ],
)
def test_f50_odd_names_and_values_are_no_crash(mail: Callable[..., bytes], name: str, value: str) -> None:
    parsed = parse_email(mail(**{name: value}))
    assert parsed.text == "Hello"
    assert name != "subject" or parsed.subject == value


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"Subject: x\n\nHello", b"From:\nSubject: x\n\nHello", b"just words", b"\xff\xfe\x00"]
)
def test_f51_a_message_without_sender_or_body_is_read(raw: bytes) -> None:
    parsed = parse_email(raw)
    assert parsed.sender.address == ""
    assert "it names no sender" in parsed.oddities
    assert storable(parsed)


@pytest.mark.parametrize(
    "level",
    ["Content-Type: multipart/mixed; boundary=b{0}\n\n--b{0}\n", "Content-Type: message/rfc822\n\n"],
    ids=["multipart", "message"],
)
def test_f52_three_thousand_levels_are_set_aside(level: str) -> None:
    levels = "".join(level.format(number) for number in range(3_000))
    with pytest.raises(UnreadableMessage, match="nested more than 40 messages deep"):
        parse_email(b"From: a@b.org\n" + levels.encode() + b"\nx")


@pytest.mark.parametrize("field", ["Content-ID: <body@example.org>", "Content-Disposition: inline; filename=body.txt"])
def test_f53_a_named_body_is_still_the_body(mail: Callable[..., bytes], field: str) -> None:
    body = f"--b\nContent-Type: text/plain; name=body.txt\n{field}\n\nThe real words\n--b--\n"
    assert parse_email(mail(body, content_type="multipart/mixed; boundary=b")).text == "The real words"
    assert parse_email(mail("The real words", content_type="text/plain; name=a.txt")).text == "The real words"


@pytest.mark.parametrize("kind", ["multipart/mixed", 'multipart/mixed; boundary="other"'])
def test_f54_a_multipart_without_its_boundary_has_its_text(mail: Callable[..., bytes], kind: str) -> None:
    parsed = parse_email(mail("The real words\n", content_type=kind))
    assert parsed.text == "The real words"
    assert "its parts could not be told apart (no boundary)" in parsed.oddities


def test_f54_a_wrong_boundary_is_mended(mail: Callable[..., bytes]) -> None:
    body = "--true\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\nSGVsbG8=\n--true--\n"
    assert parse_email(mail(body, content_type='multipart/mixed; boundary="other"')).text == "Hello"


def test_f55_a_message_forwarded_as_attachment_keeps_its_writer(eml: Callable[[str], bytes]) -> None:
    text = message_text(parse_email(eml("forwarded-as-attachment")), team_addresses=frozenset({"team@example.org"}))
    assert user_address(text) == "g.testwell@leeds.gov.uk"
    forwarded = next(zone for zone in text.zones if zone.kind is ZoneKind.FORWARDED)
    assert forwarded.name == "Volunteering by region.eml"
    assert forwarded.text.startswith("Volunteering by region\n\nWe use the volunteering figures")


@pytest.mark.parametrize("name", ["enquiry.eml", "Enquiry.EML"])
def test_f55_a_message_saved_as_a_file_is_a_message(mail: Callable[..., bytes], name: str) -> None:
    inner = "From: Grace Testwell <g.testwell@leeds.gov.uk>\nSubject: inner\n\nInner words\n"
    body = f'--b\n\nSee attached\n--b\nContent-Type: application/octet-stream; name="{name}"\n\n{inner}--b--\n'
    parsed = parse_email(mail(body, content_type="multipart/mixed; boundary=b"))
    assert (parsed.attached[0].subject, parsed.attached[0].attached_as) == ("inner", name)
    assert parsed.attachments == ()


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("application/ms-tnef", "winmail.dat", "Outlook rich text (winmail.dat), cannot be read"),
        ("application/octet-stream", "winmail.dat", "Outlook rich text (winmail.dat), cannot be read"),
        ("application/pkcs7-mime; smime-type=enveloped-data", "smime.p7m", "S/MIME"),
        ("application/pgp-encrypted", "", "PGP"),
    ],
)
def test_f56_what_cannot_be_read_is_named(mail: Callable[..., bytes], kind: str, name: str, said: str) -> None:
    parsed = parse_email(mail("\x01\x02", content_type=f'{kind}; name="{name}"'))
    assert parsed.text == ""
    assert said in parsed.attachments[0].note
    assert any(said in oddity for oddity in parsed.oddities)


def test_f57_html_is_read_as_its_reader_sees_it(mail: Callable[..., bytes]) -> None:
    html = (
        "<html><head><style>p {color: red}</style><title>no</title></head><body><p>We use the <b>figures</b></p>"
        '<p style="display:none">hidden volunteering</p><span style="font-size:0px">tiny</span><script>x()</script>'
        "<table><tr><td>Question</td><td>Answer</td></tr></table></body></html>"
    )
    text = parse_email(mail(html, content_type="text/html")).text
    assert text.split() == ["We", "use", "the", "figures", "Question", "Answer"]


def test_f58_attachments_of_one_name_and_embedded_files_are_kept(mail: Callable[..., bytes]) -> None:
    part = "--b\nContent-Type: image/png; name=image001.png\nContent-Transfer-Encoding: base64\n\n{}\n"
    body = (
        "--b\n\nHi\nbegin 644 ../../x.gif\n#86)C\n`\nend\nBye\n" + part.format("QUJD") + part.format("REVG") + "--b--\n"
    )
    parsed = parse_email(mail(body, content_type="multipart/mixed; boundary=b"))
    assert parsed.text == "Hi\nBye"
    assert [(one.filename, one.size) for one in parsed.attachments] == [
        ("x.gif", 3),
        ("image001.png", 3),
        ("image001 (2).png", 3),
    ]


def test_f59_a_huge_subject_and_many_recipients_are_cut(mail: Callable[..., bytes]) -> None:
    many = ", ".join(f"p{number}@example.org" for number in range(20_000))
    parsed = parse_email(mail(subject="long " * 200_000, to=many))
    assert len(parsed.subject) <= 2_000
    assert 1_000 < len(parsed.to) < 20_000
    assert {"the header Subject was too long and was cut", "the header To was too long and was cut"} <= set(
        parsed.oddities
    )


def test_f60_the_signs_of_automatic_mail_are_kept(mail: Callable[..., bytes], eml: Callable[[str], bytes]) -> None:
    answered = parse_email(mail(auto_submitted="auto-replied"))
    normal = parse_email(mail(auto_submitted="no"))
    report = parse_email(eml("bounce"))
    assert ("auto-submitted", "auto-replied") in answered.headers
    assert ("auto-submitted", "no") in normal.headers
    assert "report-type=delivery-status" in report.content_type
