"""Suggested replies: whom they go to, what they ask, and that nothing of a message can write headers."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP, default
from typing import Any

import pytest
from fakes.stored import stored_message

from pipeline.replying import BeyondAscii, lacks_a_use, suggested_reply
from storage.records import CountedMessage, ReviewState, StoredMessage, TagRecord

NOW = datetime(2011, 3, 2, 9, 0, tzinfo=UTC)
REQUEST = (("disposition", "triage"), ("channel", "data-request"))


def counted(*tags: tuple[str, str], from_team: bool = False) -> CountedMessage:
    fields: dict[str, Any] = {name: "" for name in ("account", "arrived_source", "subject", "sender", "sender_key")}
    return CountedMessage(
        **fields,
        id=1,
        arrived_at=NOW,
        sent_at=None,
        thread_key="",
        state=ReviewState.PENDING,
        needs_person=False,
        from_team=from_team,
        tags=tuple(TagRecord(dimension=dimension, value=value) for dimension, value in tags),
        statements=(),
        hits=(),
        proposed=(),
    )


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(counted(*REQUEST), True, id="a request"),
        pytest.param(counted(*REQUEST, ("use", "research")), False, id="a request with a use"),
        pytest.param(counted(REQUEST[0]), False, id="no request"),
        pytest.param(counted(("disposition", "spam"), REQUEST[1]), False, id="not to be read"),
        pytest.param(counted(*REQUEST, from_team=True), False, id="the team's own"),
    ],
)
def test_a_reply_is_suggested_to_a_request_without_a_use(message: CountedMessage, expected: bool) -> None:
    assert lacks_a_use(message) is expected


@pytest.fixture
def stored() -> StoredMessage:
    return stored_message(
        id=7,
        subject="Table 4, please",
        sender_name="Ann Example",
        sender_address="ann@example.org",
        user_address="ann@example.org",
        message_id="<7@example.org>",
    )


def read(message: StoredMessage) -> Any:
    reply = suggested_reply(message, sender="team@x.gov.uk", organisation="The team", docx=b"PK1", odt=b"PK2", now=NOW)
    return message_from_bytes(reply.as_bytes(policy=SMTP), policy=default)


def test_the_reply_answers_the_message_and_carries_the_form(stored: StoredMessage) -> None:
    reply = read(stored)
    assert (reply["To"], reply["Subject"]) == ("Ann Example <ann@example.org>", "Re: Table 4, please")
    assert (reply["In-Reply-To"], reply["X-Unsent"]) == ("<7@example.org>", "1")
    assert "which decisions they inform" in reply.get_body().get_content()
    names = [part.get_filename() for part in reply.iter_attachments()]
    assert names == ["pro-forma-uses-of-data.docx", "pro-forma-uses-of-data.odt"]


def test_a_forwarded_request_is_answered_to_who_wrote_it(stored: StoredMessage) -> None:
    assert read(replace(stored, user_address="bob@example.org"))["To"] == "bob@example.org"


def test_words_of_a_message_write_no_header(stored: StoredMessage) -> None:
    hostile = replace(
        stored,
        subject="x\r\nBcc: evil@example.org",
        sender_name='"\r\nBcc: evil@example.org',
        message_id="<a@b>\r\nBcc: evil@example.org",
    )
    reply = read(hostile)
    assert reply["Bcc"] is None
    assert reply["In-Reply-To"] is None
    assert reply["Subject"] == "Re: x Bcc: evil@example.org"


@pytest.mark.parametrize("address", ["", "nobody", "a b@example.org", "<>"])
def test_without_an_address_there_is_no_reply(stored: StoredMessage, address: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - headerregistry's own
        read(replace(stored, user_address="", sender_address=address))


def test_an_address_beyond_ascii_is_said_to_be_one(stored: StoredMessage) -> None:
    with pytest.raises(BeyondAscii, match="in your mail program"):
        read(replace(stored, user_address="", sender_address="zoë@exämple.org"))
