"""What mail readers get wrong without a word: W1 to W17."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pipeline.mail.clean import message_text
from pipeline.mail.message import Origin, RawMessage
from pipeline.mail.parse import ParseLimits, canonical_bytes, parse_email


def archived(raw: bytes, mbox: str = "") -> RawMessage:
    return RawMessage(origin=Origin.ARCHIVE, account="a", folder="f", uidvalidity=0, uid=1, raw=raw, mbox=mbox)


@pytest.mark.parametrize(
    ("charset", "text"),
    [("iso-2022-jp", "統計"), ("utf-7", "café £5"), ("hz-gb-2312", "统计")],
)
def test_w1_seven_bit_charsets_are_decoded(mail: Callable[..., bytes], charset: str, text: str) -> None:
    codec = {"hz-gb-2312": "hz"}.get(charset, charset)
    parsed = parse_email(mail(text.encode(codec), content_type=f"text/plain; charset={charset}"))
    assert parsed.text == text
    assert parsed.oddities == ()


def test_w1_japanese_escapes_without_a_charset_are_decoded(mail: Callable[..., bytes]) -> None:
    assert parse_email(mail("統計の利用".encode("iso-2022-jp"))).text == "統計の利用"


@pytest.mark.parametrize(
    ("said", "true"), [("utf-8", "cp1252"), ("us-ascii", "cp1252"), ("utf-8", "gb18030"), ("iso-8859-1", "utf-8")]
)
def test_w2_a_wrong_charset_is_guessed_and_said(mail: Callable[..., bytes], said: str, true: str) -> None:
    text = "统计数据的使用情况如何影响我们的决定" if true == "gb18030" else "a café costs £5, naïve"
    parsed = parse_email(mail(text.encode(true), content_type=f"text/plain; charset={said}"))
    assert parsed.text == text
    assert any("the charset was guessed" in oddity for oddity in parsed.oddities)


def test_w3_raw_letters_in_subject_and_name_are_kept(mail: Callable[..., bytes]) -> None:
    parsed = parse_email(mail(subject="Grüße".encode("cp1252"), from_="Siân <sian@example.org>".encode("cp1252")))
    assert parsed.subject == "Grüße"
    assert parsed.sender.name == "Siân"


def test_w4_the_subject_is_one_line(mail: Callable[..., bytes]) -> None:
    parsed = parse_email(mail(subject="A long\n\tsubject\n  folded =?utf-8?q?with_=0A_a_line_end?="))
    assert parsed.subject == "A long subject folded with a line end"


@pytest.mark.parametrize(
    ("date", "hour"),
    [
        ("16 Nov 2010 09:41:00", 9),
        ("Tue, 16 Nov 2010 9:41:00 +0000", 9),
        ("Tue, 16 Nov 2010 09:41:0 +0000", 9),
        ("Tue, 16 Nov 2010 10:41:00 PM", 22),
        ("Tuesday, 16 November 2010 09:41:00 GMT", 9),
        ("Tue, 16 Nov 2010 10:41:00 GMT+1", 9),
        ("Tue, 16 Nov 2010 04:41:00 +-0500", 9),
        ("Tue, 16 Nov 2010 05:41:00 Eastern Daylight Time", 9),
        ("2010-11-16T09:41:00Z", 9),
        ("Tue, 16 Nov 2010 09:41:00 +0000 (GMT Standard Time)", 9),
    ],
)
def test_w5_dates_that_mail_parser_does_not_read(mail: Callable[..., bytes], date: str, hour: int) -> None:
    sent = parse_email(mail(date=date)).sent_at
    assert sent is not None
    assert (sent.year, sent.month, sent.day, sent.hour) == (2010, 11, 16, hour)


@pytest.mark.parametrize("date", ["Tue, 16 Nov 0102 09:41:00 +0000", "17 March 2096", "29:24:05"])
def test_w5_an_impossible_date_falls_back_on_received(mail: Callable[..., bytes], date: str) -> None:
    received = "from a by mx.example.org; Tue, 16 Nov 2010 09:42:00 +0000"
    parsed = parse_email(mail(date=date, received=received))
    assert parsed.sent_at == datetime(2010, 11, 16, 9, 42, tzinfo=UTC)
    assert "the date could not be read" in parsed.oddities


def test_w6_repeated_fields_are_one_value(mail: Callable[..., bytes]) -> None:
    twice = b"Subject: second\nMessage-ID: <a@x>\nMessage-ID: <b@x>\n"
    parsed = parse_email(twice + mail())
    assert parsed.subject == "second"
    assert parsed.message_id == "a@x"


@pytest.mark.parametrize("value", ["", "<>", "<a b@x>", '"quoted" <x@y>', "no angles", "<" + "x" * 100_000 + "@y>"])
def test_w6_any_message_id_is_a_short_str(mail: Callable[..., bytes], value: str) -> None:
    assert len(parse_email(mail(message_id=value)).message_id) <= 1_000


def test_w7_an_attached_message_stays_apart(eml: Callable[[str], bytes]) -> None:
    parsed = parse_email(eml("forwarded-as-attachment"))
    assert parsed.text == "One for you I think."
    assert parsed.attached[0].subject == "Volunteering by region"
    assert "volunteering figures" in parsed.attached[0].text


def test_w7_an_attached_message_without_a_name_is_kept(mail: Callable[..., bytes]) -> None:
    body = "--b\n\nSee below\n--b\nContent-Type: message/rfc822\n\nFrom: c@d.org\nSubject: inner\n\nInner text\n--b--\n"
    parsed = parse_email(mail(body, content_type="multipart/mixed; boundary=b"))
    assert (parsed.text, parsed.attached[0].text) == ("See below", "Inner text")


@pytest.mark.parametrize("extra", [b"", b"!:\x80\n\x80"])
def test_w7_an_attached_message_that_was_encoded_is_read(mail: Callable[..., bytes], extra: bytes) -> None:
    inner = base64.b64encode(b"From: c@d.org\nSubject: inner\n\nInner text\n") + b"\n" + extra
    head = {"content_type": "message/rfc822", "content_transfer_encoding": "base64"}
    parsed = parse_email(mail(inner, **head))
    assert parsed.attached[0].subject == "inner"


def test_w8_a_calendar_alone_is_the_text(eml: Callable[[str], bytes]) -> None:
    parsed = parse_email(eml("calendar-alone"))
    assert "Summary: User feedback session" in parsed.text


def test_w8_a_report_alone_is_the_text(mail: Callable[..., bytes]) -> None:
    status = "Final-Recipient: rfc822; gone@example.net\nStatus: 5.1.1\n"
    body = f"--r\nContent-Type: message/delivery-status\n\n{status}--r--\n"
    parsed = parse_email(mail(body, content_type="multipart/report; report-type=delivery-status; boundary=r"))
    assert parsed.text == status.strip()


def test_w8_no_text_at_all_is_a_normal_case(mail: Callable[..., bytes]) -> None:
    parsed = parse_email(mail(""))
    assert parsed.text == ""
    assert len(message_text(parsed, team_addresses=frozenset()).zones) == 1


def test_w9_parts_without_a_name_are_attachments(mail: Callable[..., bytes]) -> None:
    body = "--b\n\nHi\n--b\nContent-Type: application/pdf\n\n%PDF-broken\n--b\nContent-Type: image/png\n\nPNG\n--b--\n"
    parsed = parse_email(mail(body, content_type="multipart/mixed; boundary=b"))
    assert [one.filename for one in parsed.attachments] == ["part-1.pdf", "part-2.png"]
    assert all(one.note for one in parsed.attachments)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\TEMP\\\\form.doc", "form.doc"),
        ("a\0b.txt", "ab.txt"),
        ("cod\u202etxt.exe", "codtxt.exe"),
        ("x" * 10_000 + ".pdf", "x" * 116 + ".pdf"),
        ("..", "part-1.bin"),
        ("", "part-1.bin"),
    ],
    ids=["path", "drive", "NUL", "direction", "long", "dots", "empty"],
)
def test_w9_names_are_made_harmless(mail: Callable[..., bytes], name: str, safe: str) -> None:
    body = f'--b\n\nHi\n--b\nContent-Type: application/octet-stream; name="{name[:3000]}"\n\nx\n--b--\n'
    parsed = parse_email(mail(body, content_type="multipart/mixed; boundary=b"))
    assert parsed.attachments[0].filename in (safe, safe.replace(".pdf", "") + "x" * 4)


def test_w10_base64_with_a_footer_below_is_decoded(mail: Callable[..., bytes]) -> None:
    body = "SGVsbG8gd29ybGQ\n_______\nlist footer here\n"
    assert parse_email(mail(body, content_transfer_encoding="base64")).text.startswith("Hello world\n")


def test_w10_base64_in_padded_pieces_is_decoded(mail: Callable[..., bytes]) -> None:
    assert parse_email(mail("SGVsbG8=\nIHdvcmxk\n", content_transfer_encoding="base64 ")).text == "Hello world"


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\n", b"\r\n\r\n", b"\xef\xbb\xbf\n"])
def test_w11_what_stands_before_the_headers_is_left_out(mail: Callable[..., bytes], before: bytes) -> None:
    parsed = parse_email(before + mail())
    assert (parsed.subject, parsed.text) == ("A question", "Hello")


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("ann@example.org>", "ann@example.org"),
        ('"A Person" ann@example.org>', "ann@example.org"),
        ("x <a@b.org> <ann@example.org>", "ann@example.org"),
        ("Sample, Ann <ann@example.org>", "ann@example.org"),
        ("<ann@example.org", "ann@example.org"),
        ("ann@example.org (Ann Sample)", "ann@example.org"),
    ],
)
def test_w12_malformed_senders_are_salvaged(mail: Callable[..., bytes], written: str, address: str) -> None:
    assert parse_email(mail(from_=written)).sender.address == address


def test_w12_an_unquoted_comma_belongs_to_the_name(mail: Callable[..., bytes]) -> None:
    sender = parse_email(mail(from_="Sample, Ann (ACPU) <ann@example.org>")).sender
    assert sender.name == "Sample, Ann (ACPU)"


def test_w12_the_address_is_never_taken_from_the_name(mail: Callable[..., bytes]) -> None:
    parsed = parse_email(mail(from_='"boss@bank.example.com" <ann@example.org>'))
    assert parsed.sender.address == "ann@example.org"
    assert "the sender's name shows another address" in parsed.oddities


def test_w12_several_senders_are_said(mail: Callable[..., bytes]) -> None:
    parsed = parse_email(mail(from_="Ann <ann@example.org>, Bob <bob@example.org>"))
    assert parsed.sender.address == "ann@example.org"
    assert "it names several senders" in parsed.oddities


def test_w13_no_nul_or_odd_line_end_is_left(mail: Callable[..., bytes]) -> None:
    parsed = parse_email(mail("a\0b\x0bc\u2028d\n", subject="a\0b\u2028c\x85d"))
    assert parsed.text == "ab\nc\nd"
    assert "\0" not in parsed.subject
    assert len(parsed.subject.splitlines()) == 1


def test_w14_html_alone_is_read_at_any_depth(mail: Callable[..., bytes]) -> None:
    html = "<p>top</p>" + "<div>" * 600 + "deep" + "</div>" * 600 + "<p>tail</p>"
    assert parse_email(mail(html, content_type="text/html")).text.split() == ["top", "deep", "tail"]


def test_w14_three_megabytes_of_html_on_one_line_are_cut(mail: Callable[..., bytes]) -> None:
    parsed = parse_email(mail("<p>" + "words " * 500_000 + "</p>", content_type="text/html"))
    assert parsed.text.startswith("words words")
    assert len(parsed.text) <= ParseLimits().text
    assert "only the first 1,000,000 characters of its HTML were read" in parsed.oddities


@pytest.mark.parametrize("html", ["<!--" * 100_000, "<!-- only -->", ""])
def test_w14_html_of_comments_is_no_text(mail: Callable[..., bytes], html: str) -> None:
    assert parse_email(mail(html, content_type="text/html")).text == ""


def test_w15_the_recipient_of_a_bounce_stands_in_its_status(eml: Callable[[str], bytes]) -> None:
    parsed = parse_email(eml("bounce"))
    status = next(one for one in parsed.attachments if one.content_type == "message/delivery-status")
    assert "Final-Recipient: rfc822; gone@example.net" in status.text
    assert parsed.content_type.startswith("multipart/report")


def test_w15_what_a_bounce_returns_is_quoted(eml: Callable[[str], bytes]) -> None:
    text = message_text(parse_email(eml("bounce")), team_addresses=frozenset())
    assert text.forwarded == ()
    assert [zone.kind for zone in text.zones if "returned words" in zone.text] == ["quoted"]


@pytest.mark.parametrize("ends", [b"\r\n", b"\n", b"\r", b"\r\r\n"], ids=["CRLF", "LF", "CR", "CRCRLF"])
def test_w17_line_ends_of_any_kind(mail: Callable[..., bytes], ends: bytes) -> None:
    raw = mail("one\ntwo\n").replace(b"\n", ends)
    parsed = parse_email(raw)
    assert (parsed.subject, parsed.text) == ("A question", "one\ntwo")
    assert canonical_bytes(archived(raw)) == mail("one\ntwo\n").replace(b"\n", b"\r\n")


@pytest.mark.parametrize(
    ("quoting", "line", "undone"),
    [
        ("mboxo", b">From here", b"From here"),
        ("mboxo", b">>From here", b">>From here"),
        ("mboxrd", b">From here", b"From here"),
        ("mboxrd", b">>From here", b">From here"),
    ],
)
def test_w17_mbox_quoting_is_undone(mail: Callable[..., bytes], quoting: str, line: bytes, undone: bytes) -> None:
    boxed = b"From ann@example.org Tue Nov 16 09:41:00 2010\n" + mail(line + b"\n")
    assert canonical_bytes(archived(boxed, quoting)) == mail(undone + b"\n").replace(b"\n", b"\r\n")
    assert parse_email(boxed).subject == "A question"
