"""What is written down of jobs that failed, and what is forgotten again."""

import logging
from datetime import timedelta

from pipeline.commands.opening import clock
from pipeline.commands.words import sentence_of
from pipeline.jobs.queue import Failure
from pipeline.masking import without_addresses
from storage.engine import Store
from storage.jobs import JobError, about, forget_job_errors, note_job_error
from storage.works import forget_works

KILLED = "The worker was killed while it was at this job, again and again; the machine may have too little memory."

log = logging.getLogger(__name__)


def tell_failure(store: Store, failure: Failure) -> None:
    """Write down why a job failed: the error's class and our words, nothing of a message."""
    words = KILLED if failure.error is None else without_addresses(sentence_of(failure.error).words)
    fault = "" if failure.error is None else type(failure.error).__name__
    log.error("job %d, %s, failed for the %d. time: %s", failure.job_id, failure.kind, failure.tries, words)
    error = JobError(
        job_id=failure.job_id,
        job=failure.kind,
        about=about(failure.arguments),
        at=clock(),
        tries=failure.tries,
        fault=fault,
        words=words,
    )
    note_job_error(store, error)


def tidy(store: Store, keep: timedelta) -> None:
    """Forget errors and large works that are old."""
    before = clock() - keep
    forget_job_errors(store, before)
    forget_works(store, before)
