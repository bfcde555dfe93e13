"""Stretches in this process: all done, some at once, an error told, an end when asked to, and a share of the time."""

import threading
import time

import pytest

from pipeline.commands.job_functions import FUNCTIONS, Bench, workers_functions
from pipeline.commands.progress import time_left
from pipeline.config import load_settings
from pipeline.jobs.here import do_here, pause_after


def done_here(do, count=20, at_once=3, share=1.0, stop=None):
    """Do so many stretches; gives those of which was told."""
    told: list[int] = []
    do_here(range(count), do, at_once=at_once, share=share, stop=stop or threading.Event(), told=told.append)
    return told


def test_each_is_done_once_and_told():
    done: list[int] = []
    told = done_here(done.append)
    assert sorted(done) == sorted(told) == list(range(20))


def test_so_many_are_done_at_once_and_no_more():
    busy, most, lock = 0, [0], threading.Lock()
    together = threading.Barrier(3, timeout=10)

    def do(number: int) -> None:
        nonlocal busy
        with lock:
            busy += 1
            most[0] = max(most[0], busy)
        together.wait()  # breaks if fewer than three are done at once
        with lock:
            busy -= 1

    done_here(do, count=18)
    assert most == [3]


def test_what_fails_is_raised_and_nothing_more_is_begun():
    begun: list[int] = []

    def do(number: int) -> None:
        begun.append(number)
        if number == 2:
            raise ValueError("the third")

    with pytest.raises(ValueError, match="the third"):
        done_here(do, at_once=1)
    assert begun == [0, 1, 2]


def test_it_ends_when_asked_to_and_what_runs_is_done():
    stop, done = threading.Event(), list[int]()

    def do(number: int) -> None:
        if number == 3:
            stop.set()
        done.append(number)

    done_here(do, at_once=1, stop=stop)
    assert done == [0, 1, 2, 3]


@pytest.mark.parametrize(("share", "rest"), [(1.0, 0.0), (0.5, 2.0), (0.8, 0.5), (0.2, 8.0)])
def test_the_rest_makes_the_share(share, rest):
    assert pause_after(2.0, share) == pytest.approx(rest)


def test_a_share_of_the_time_is_left_to_others():
    def do(number: int) -> None:
        end = time.thread_time() + 0.02
        while time.thread_time() < end:
            pass

    began, used = time.monotonic(), time.process_time()
    done_here(do, count=10, at_once=1, share=0.25)
    assert time.process_time() - used < 0.45 * (time.monotonic() - began)


@pytest.mark.parametrize(
    ("done", "left", "seconds", "words"),
    [
        (0, 10, 5, ""),
        (10, 0, 5, ""),
        (10, 10, 0.5, ""),
        (100, 500, 10, ", about 50 seconds left"),
        (100, 6000, 10, ", about 10 minutes left"),
        (100, 90_000, 10, ", about 2.5 hours left"),
    ],
)
def test_time_left(done, left, seconds, words):
    assert time_left(done, left, seconds) == words


class Patience(threading.Event):
    """Notes how long it was waited for, and does not wait."""

    def __init__(self) -> None:
        super().__init__()
        self.rests: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.rests.append(timeout or 0.0)
        return False


def test_a_worker_rests_after_a_stretch_of_a_large_work_and_after_nothing_else(monkeypatch, tmp_path):
    """A quarter of the time is asked for, the clock says that it took 2 seconds: 6 of rest."""
    stop, done = Patience(), list[str]()
    (tmp_path / "config.toml").write_text("[workers]\nshare = 0.25\n")
    bench = Bench(store=None, settings=load_settings(tmp_path / "config.toml", {}), house=None, readers=None, stop=stop)
    for name in list(FUNCTIONS):
        monkeypatch.setitem(FUNCTIONS, name, lambda bench, name=name, **arguments: done.append(name))
    clock = iter(range(0, 100, 2))
    monkeypatch.setattr("pipeline.jobs.here.time.monotonic", lambda: float(next(clock)))
    functions = workers_functions(bench, {"digest-1"})
    rested = []
    for name, do in functions.items():
        before = len(stop.rests)
        do()
        rested += [name] if stop.rests[before:] == [6.0] else []
    assert sorted(rested) == ["import-1", "rebuild-1", "retag-1", "verify-1"]
    assert sorted(done) == sorted(functions)
    assert "digest-1" not in functions
