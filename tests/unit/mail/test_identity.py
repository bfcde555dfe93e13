"""Which mail a message is, and when it arrived."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.mail.errors import UnreadableMessage
from pipeline.mail.identity import quoting_of
from pipeline.mail.message import ArrivalSource, Origin, RawMessage
from pipeline.mail.parse import arrival, copy_key, mail_sha256, parse_email, raw_sha256, thread_key

NOW = datetime(2011, 3, 1, 12, tzinfo=UTC)


def kept(raw: bytes, mbox: str = "") -> RawMessage:
    return RawMessage(origin=Origin.ARCHIVE, account="a", folder="f", uidvalidity=0, uid=1, raw=raw, mbox=mbox)


def test_one_mail_has_one_digest_whichever_way_it_came(mail: Callable[..., bytes]) -> None:
    raw = mail("From here on\nsecond\n")
    boxed = b"From ann@example.org Tue Nov 16 09:41:00 2010\n" + raw.replace(b"\nFrom here", b"\n>From here") + b"\n"
    digests = {
        mail_sha256(kept(raw)),
        mail_sha256(kept(raw.replace(b"\n", b"\r\n"))),
        mail_sha256(kept(boxed, "mboxrd")),
    }
    assert len(digests) == 1
    assert raw_sha256(raw) != raw_sha256(boxed)


@pytest.mark.parametrize("quoting", ["", "mboxo", "mboxrd"])
@pytest.mark.parametrize("line", [b">From here on", b">>From here on"], ids=["quoted-once", "quoted-twice"])
def test_the_digest_of_a_mail_tells_how_its_bytes_are_quoted(
    mail: Callable[..., bytes], line: bytes, quoting: str
) -> None:
    boxed = b"From ann@example.org Tue Nov 16 09:41:00 2010\n" + mail("Hello\n").replace(b"Hello", line)
    same = mail_sha256(kept(boxed, quoting))
    assert mail_sha256(kept(boxed, quoting_of(boxed, same))) == same
    assert quoting_of(mail("Hello\n"), mail_sha256(kept(mail("Hello\n")))) == ""


def test_other_words_make_another_mail(mail: Callable[..., bytes]) -> None:
    assert mail_sha256(kept(mail("one"))) != mail_sha256(kept(mail("two")))


def test_a_gateways_copy_has_the_same_copy_key(mail: Callable[..., bytes]) -> None:
    one = parse_email(mail("Hello\nthere\n", message_id="<a@x>"))
    other = parse_email(b"Received: by gateway; now\n" + mail("Hello   there\n", message_id="<a@x>"))
    assert copy_key(one) == copy_key(other)
    assert copy_key(one) != copy_key(replace(one, message_id="b@x"))
    assert copy_key(one) != copy_key(parse_email(mail("Hello\nyou\n", message_id="<a@x>")))


def test_the_same_words_twice_are_two_letters_where_nothing_tells_them_from_a_copy(mail: Callable[..., bytes]) -> None:
    bare = replace(parse_email(mail("Please call me.")), message_id="", sent_at=None)
    assert copy_key(bare) == ""
    assert copy_key(replace(bare, sent_at=NOW)) == copy_key(replace(bare, sent_at=NOW)) != ""
    assert copy_key(replace(bare, message_id="a@x")) != ""


def test_the_thread_key_is_the_first_message_of_the_thread(mail: Callable[..., bytes]) -> None:
    begun = parse_email(mail(message_id="<a@x>"))
    answered = parse_email(mail(message_id="<b@x>", in_reply_to="<a@x>"))
    followed = parse_email(mail(message_id="<c@x>", references="<a@x>\n <b@x>", in_reply_to="<b@x>"))
    assert {thread_key(one) for one in (begun, answered, followed)} == {"a@x"}
    assert thread_key(parse_email(mail())) == ""


RECEIVED = (
    b"Received: from edge by mx1.communities.gov.uk (x) with SMTP; Wed, 17 Nov 2010 08:00:00 +0000\n"
    b"Received: from b by c.example.org; Tue, 16 Nov 2010 09:00:00 +0000\n"
)


def test_arrival_by_the_server_is_trusted_first(mail: Callable[..., bytes]) -> None:
    raw = replace(kept(RECEIVED + mail()), internal_date=NOW)
    assert arrival(raw, parse_email(raw.raw), ("communities.gov.uk",), NOW).source is ArrivalSource.INTERNALDATE


@pytest.mark.parametrize(
    ("hosts", "day", "source"),
    [
        (("communities.gov.uk",), 17, ArrivalSource.RECEIVED),
        (("MX1.communities.gov.uk",), 17, ArrivalSource.RECEIVED),
        (("unities.gov.uk",), 16, ArrivalSource.DATE),
        ((), 16, ArrivalSource.DATE),
    ],
)
def test_arrival_by_our_hosts_alone(
    mail: Callable[..., bytes], hosts: tuple[str, ...], day: int, source: ArrivalSource
) -> None:
    raw = RECEIVED + mail()
    arrived = arrival(kept(raw), parse_email(raw), hosts, NOW)
    assert (arrived.at.day, arrived.source) == (day, source)


@pytest.mark.parametrize(
    "line", [b"From a@b.org Thu Nov 18 09:41:00 2010\n", b"From a@b.org Thu Nov 18 10:41:00 2010 +0100\n"]
)
def test_arrival_by_the_mbox_line(mail: Callable[..., bytes], line: bytes) -> None:
    raw = kept(line + mail(), "mboxo")
    arrived = arrival(raw, parse_email(raw.raw), (), NOW)
    assert (arrived.at, arrived.source) == (datetime(2010, 11, 18, 9, 41, tzinfo=UTC), ArrivalSource.MBOX)


@pytest.mark.parametrize("date", ["", "Tue, 16 Nov 2033 09:41:00 +0000"])
def test_arrival_without_a_date_of_the_past_is_now(mail: Callable[..., bytes], date: str) -> None:
    raw = mail(date=date)
    assert arrival(kept(raw), parse_email(raw), (), NOW) == arrival(kept(raw), None, (), NOW)
    assert arrival(kept(raw), None, (), NOW).source is ArrivalSource.IMPORTED


@pytest.mark.parametrize(
    ("results", "trusted"),
    [
        ("", True),
        ("mx.gov.uk; dmarc=pass; spf=fail", True),
        ("mx.gov.uk; dmarc=fail (p=reject); dkim=pass", False),
        ("mx.gov.uk; spf=fail smtp.mailfrom=x; dkim=none", False),
        ("mx.gov.uk; spf=softfail; dkim=pass", True),
        ("mx.gov.uk; dkim=fail; spf=none", False),
        ("mx.gov.uk; dkim=fail; spf=pass", True),
        ("mx.gov.uk; none (dmarc=fail)", True),
    ],
)
def test_a_forged_domain_is_not_trusted(mail: Callable[..., bytes], results: str, trusted: bool) -> None:
    assert parse_email(mail(authentication_results=results)).sender_trusted is trusted


def test_only_the_topmost_host_is_believed(mail: Callable[..., bytes]) -> None:
    forged = b"Authentication-Results: mx.gov.uk; dmarc=fail\nAuthentication-Results: evil.example; dmarc=pass\n"
    assert not parse_email(forged + mail()).sender_trusted


def test_unreadable_survives_a_process_border() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(UnreadableMessage("has more than 4 MB of headers")))
    assert str(error) == "This message cannot be read: it has more than 4 MB of headers."
