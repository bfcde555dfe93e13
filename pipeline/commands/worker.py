"""`statshop worker`: take jobs that the schedule and the commands hand out over PostgreSQL, until asked to end."""

import argparse
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from pipeline.commands.logs import set_up_logs
from pipeline.commands.opening import clock, house_of, opened, settings_of, storage_url
from pipeline.commands.settings_watch import watched_settings
from pipeline.commands.starting import stop_on_signals
from pipeline.config import Settings
from pipeline.errors import ClocksDiffer, NoQueue
from pipeline.jobs.calls import KINDS
from storage.jobs import FURTHEST_APART, seconds_apart

GRACE_SECONDS = 8.0  # for what runs, after a SIGTERM; the command is gone within 10
LONGEST_PAUSE = 60.0  # before a process that ended by itself is started anew

log = logging.getLogger(__name__)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    names = [kind.name for kind in KINDS]
    parser.add_argument(
        "--processes", type=_at_least_one, metavar="N", help="so many; as the settings say when left out"
    )
    parser.add_argument("--leave", action="append", default=[], choices=names, help="leave such jobs to other workers")
    parser.add_argument("--once", action="store_true", help="end when no job waits")
    parser.add_argument("--beneath", type=int, default=0, help=argparse.SUPPRESS)


def _at_least_one(words: str) -> int:
    if not words.isdigit() or not int(words):
        raise argparse.ArgumentTypeError(f"{words} is no number of processes: write 1 or more")
    return int(words)


def run(args: argparse.Namespace) -> int:
    """Work in one process, or watch over several; on SIGTERM end within 10 seconds, nothing half done."""
    settings = settings_of(args)
    set_up_logs(settings.log)
    house = house_of(args)
    with opened(settings, house) as store:
        if not store.on_postgresql:
            raise NoQueue
    stop = stop_on_signals()
    processes = args.processes or settings.workers.processes
    if processes == 1:
        _work(settings, house, args, stop)
    else:
        _watch(_command(args), processes, stop)
    return 0


def _work(settings: Settings, house: Path, args: argparse.Namespace, stop: threading.Event) -> None:
    from pipeline.commands.job_failures import tell_failure, tidy
    from pipeline.commands.job_functions import Bench, reader_shelf, workers_functions
    from pipeline.jobs.queue import Queue, WorkerParts, run_worker

    url = storage_url(settings, house)
    keep = timedelta(days=settings.workers.keep_finished_days)
    left = {kind.queue for kind in KINDS if kind.name in args.leave}
    _end_in_time(stop, args.beneath)
    with (
        opened(settings, house) as store,
        watched_settings(store, settings, args.config, "statshop worker"),
        reader_shelf(settings, house) as readers,
        Queue(url) as queue,
    ):
        if abs(apart := seconds_apart(store, clock)) > FURTHEST_APART:
            log.warning("%s", ClocksDiffer(apart))
        bench = Bench(store=store, settings=settings, house=house, readers=readers, stop=stop, hand_out=queue.hand_out)
        parts = WorkerParts(
            functions=workers_functions(bench, left),
            failed=partial(tell_failure, store),
            tidy=partial(tidy, store, keep),
            keep_finished=keep,
            lost_after=timedelta(seconds=settings.workers.lost_after_seconds),
            jobs_at_once=settings.workers.jobs_at_once,
        )
        log.info("worker of %d kinds of jobs, %d at once", len(parts.functions), parts.jobs_at_once)
        run_worker(url, parts, stop, wait=not args.once)


def _end_in_time(stop: threading.Event, beneath: int) -> None:
    """See that this process ends: some seconds after it was asked to, and when the one above it is gone."""

    def watch() -> None:
        while not stop.wait(1.0):
            if beneath and os.getppid() != beneath:
                stop.set()
        time.sleep(GRACE_SECONDS)
        # What was committed is whole; the job that did not end is found by the next sweep and done again.
        log.warning("a job did not end in time; ending without it")
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def _command(args: argparse.Namespace) -> list[str]:
    leave = [word for name in args.leave for word in ("--leave", name)]
    once = ["--once"] if args.once else []
    beneath = ["--processes", "1", "--beneath", str(os.getpid())]
    program = [sys.executable, "-m", "pipeline.commands.main", "--config", str(args.config.resolve())]
    return [*program, "worker", *beneath, *leave, *once]


def _watch(command: Sequence[str], processes: int, stop: threading.Event) -> None:
    """Keep so many processes going: one that ends by itself is started anew, after a pause that grows."""
    children: dict[int, subprocess.Popen[bytes]] = {}
    due = dict.fromkeys(range(processes), 0.0)
    pause = dict.fromkeys(range(processes), 1.0)
    once = "--once" in command
    while not stop.is_set():
        now = time.monotonic()
        for place in [place for place, moment in due.items() if moment <= now]:
            children[place] = subprocess.Popen(command)  # noqa: S603 - this very program
            del due[place]
        for place, child in list(children.items()):
            if child.poll() is not None:
                del children[place]
                if once:
                    continue
                log.warning("a worker ended by itself (%s) and is started anew", child.returncode)
                due[place], pause[place] = now + pause[place], min(pause[place] * 2, LONGEST_PAUSE)
        if once and not children:
            return
        stop.wait(0.5)
    _end(list(children.values()))


def _end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS + 1
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
