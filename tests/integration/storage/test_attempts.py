"""Attempts to sign in, many at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from storage.attempts import attempt_succeeded, begin_attempt


def test_many_attempts_at_once_are_no_more_than_few(store, now):
    def attempt(_):
        return begin_attempt(store, "Ann", since=now - timedelta(minutes=15), most=5, now=now)

    with ThreadPoolExecutor(20) as crowd:
        begun = [number for number in crowd.map(attempt, range(40)) if number is not None]
    assert len(begun) == 5
    assert attempt(0) is None
    attempt_succeeded(store, begun[0])
    assert attempt(0) is not None
