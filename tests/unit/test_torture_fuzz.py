"""The fuzzer finds nothing in the time of a test, and would find what breaks."""

from fakes.odd_mail import Change, changed, examine
from torture.fuzz import fuzz

HALF_A_SECOND = 0.5 / 60


def test_odd_mail_is_read_or_refused() -> None:
    done = fuzz(HALF_A_SECOND, 20110314)
    assert done.problem == ""
    assert done.read > 100


def test_what_breaks_is_told_with_its_seed_and_the_smallest_message() -> None:
    def breaks(raw: bytes) -> bool:
        assert b"boundary" not in raw
        return True

    done = fuzz(HALF_A_SECOND, 20110314, breaks)
    assert done.problem.startswith("seed 20110314: AssertionError")
    assert "boundary" in done.problem.partition("the message: ")[2]


def test_changes_are_made_where_they_say() -> None:
    made = [
        changed(b"0123456789", [Change(kind=kind, place=0.5, length=2, piece=b"xyz")])
        for kind in ("insert", "overwrite", "cut", "double", "move", "end")
    ]
    assert made == [b"01234xyz56789", b"01234xyz789", b"01234789", b"01234565656789", b"5601234789", b"01234"]


def test_a_message_is_told_read_from_refused() -> None:
    assert examine(b"Subject: x\r\n\r\nDear Sir\r\n")
    assert not examine(b"Content-Type: message/rfc822\r\n\r\n" * 200)
