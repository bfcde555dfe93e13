"""`statshop jobs`: the jobs that run, wait or failed, why they failed, and how far large works are."""

import argparse
from collections.abc import Iterator
from datetime import datetime

from pipeline.commands.opening import house_of, settings_of, storage_url
from pipeline.commands.words import many
from storage.engine import Store, open_store
from storage.jobs import Job, JobError, job_counts, job_errors, jobs, living_workers
from storage.order import LONDON
from storage.works import Progress, Work, works

_STATES = {"todo": "waiting", "doing": "running", "failed": "failed", "succeeded": "done", "cancelled": "cancelled"}
SHOWN = 50
SHOWN_ERRORS = 10


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--failed", action="store_true", help="only those that failed for good")


def run(args: argparse.Namespace) -> int:
    """List them, the newest first."""
    with open_store(storage_url(settings_of(args), house_of(args))) as store:
        print("\n".join(_lines(store, failed=args.failed)))
    return 0


def _lines(store: Store, *, failed: bool) -> Iterator[str]:
    if store.on_postgresql:
        if not failed:
            yield from _summary(store)
        found = jobs(store, failed=failed, limit=SHOWN)
        yield from (_line(job) for job in found)
        if not found:
            yield "No job failed for good." if failed else "No job waits."
        if not failed:
            yield from (_error_line(error) for error in job_errors(store, SHOWN_ERRORS))
    else:
        yield "There is no queue on SQLite: the schedule does every job itself, and `statshop status` tells how it is."
    if not failed:
        yield from (_work_line(work, progress) for work, progress in works(store))


def _summary(store: Store) -> Iterator[str]:
    yield f"{many(living_workers(store), 'worker process', 'worker processes')} alive."
    for one in job_counts(store):
        yield f"{one.kind}: {one.count} {_STATES.get(one.state, one.state)}"


def _line(job: Job) -> str:
    since = f" since {_moment(job.since)}" if job.since else ""
    tries = f", tried {job.tries} times" if job.tries > 1 else ""
    later = f", not before {_moment(job.not_before)}" if job.state == "todo" and job.not_before else ""
    words = f": {job.error}" if job.error else ""
    name = f"{job.kind} {job.about}".strip()
    return f"job {job.id}, {name}: {_STATES.get(job.state, job.state)}{since}{tries}{later}{words}"


def _error_line(error: JobError) -> str:
    return f"error {_moment(error.at)}, {error.job} {error.about}, try {error.tries}: {error.words}"


def _work_line(work: Work, progress: Progress) -> str:
    state = "done" if not progress.left else "replaced" if work.ended_at else "begun and not finished"
    found = f", {many(progress.faults, 'fault')} found" if progress.faults else ""
    begun = f"work {work.id}, {work.kind}, begun {_moment(work.began_at)}"
    return f"{begun}: {progress.messages} of {work.total}, {state}{found}"


def _moment(at: datetime) -> str:
    return at.astimezone(LONDON).strftime("%-d %b %Y %H:%M:%S")
