"""One of several pieces of work fails: it is told in words, and the next is done."""

import pytest

from pipeline.commands.words import many, told_in_words
from pipeline.mail.errors import SignInRefused
from storage.errors import DiskFull


def test_what_fails_is_told_in_words_and_the_next_is_done() -> None:
    said: list[str] = []
    failed = []
    for name, error in (("a", DiskFull()), ("b", None), ("c", ZeroDivisionError("secret"))):
        with told_in_words(name, said.append) as attempt:
            if error:
                raise error
        failed.append(attempt.failed)
    assert failed == [True, False, True]
    assert said[0].startswith("a: The disk that holds the database is full")
    assert said[1].startswith("c: The program met something it does not know (ZeroDivisionError).")
    assert "secret" not in said[1]


def test_an_address_that_a_mail_server_quotes_is_not_repeated() -> None:
    said: list[str] = []
    with told_in_words("box", said.append):
        raise SignInRefused("box", "no such user jane.doe@example.org")
    assert 'It says: "no such user [address]".' in said[0]


def test_debug_lets_the_error_pass() -> None:
    with pytest.raises(ZeroDivisionError), told_in_words("a", debug=True):
        raise ZeroDivisionError


def test_being_stopped_is_no_failure_to_tell() -> None:
    with pytest.raises(KeyboardInterrupt), told_in_words("a"):
        raise KeyboardInterrupt


@pytest.mark.parametrize(("count", "words"), [(0, "0 messages"), (1, "1 message"), (2500, "2,500 messages")])
def test_counts_are_said_as_people_say_them(count: int, words: str) -> None:
    assert many(count, "message") == words
