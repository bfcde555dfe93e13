"""The fuzzer: odd mail without end through parsing and cleaning, for so many minutes; nothing may break or dawdle."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from fakes.odd_mail import examine, odd_mail
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings

ROUND = 400  # messages of one seed


@dataclass(slots=True)
class Fuzzed:
    """What was done: how many messages were read and refused; `problem` says what broke, with the message, or is ""."""

    read: int = 0
    refused: int = 0
    seconds: float = 0.0
    problem: str = ""
    latest: bytes = b""


def fuzz(minutes: float, first_seed: int, look: Callable[[bytes], bool] = examine) -> Fuzzed:
    """Read odd mail until the time is over or something breaks; each round has a seed of its own, from `first_seed`."""
    done, begun, number = Fuzzed(), time.monotonic(), first_seed
    while not done.problem and time.monotonic() - begun < minutes * 60:
        _round(done, number, look)
        number += 1
    done.seconds = time.monotonic() - begun
    return done


def _round(done: Fuzzed, number: int, look: Callable[[bytes], bool]) -> None:
    @seed(number)
    @settings(
        max_examples=ROUND,
        deadline=None,
        database=None,
        verbosity=Verbosity.quiet,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(odd_mail())
    def one(raw: bytes) -> None:
        done.latest = raw  # in the end the smallest that breaks
        if look(raw):
            done.read += 1
        else:
            done.refused += 1

    try:
        one()
    except (Exception, RecursionError) as error:  # noqa: BLE001 - whatever breaks is what is looked for
        done.problem = f"seed {number}: {type(error).__name__}: {error}; the message: {done.latest!r}"
