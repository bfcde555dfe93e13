"""The page of jobs: what waits, what failed and why, and how far large works are."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fakes.review_pages import NOW, catalogue_of

from pipeline.jobs.calls import RETAG, poll_call, stretch_call
from pipeline.jobs.queue import Queue
from review.app import create_app
from storage import users
from storage.engine import Store, open_store
from storage.jobs import JobError, note_job_error
from storage.works import Stretch, begin_work, claim_stretch


@pytest.fixture
def postgres(postgres_url: str, password_hash: str) -> Iterator[Store]:
    """Give a PostgreSQL database with a reader."""
    with open_store(postgres_url) as store:
        users.add_user(store, "reader", password_hash, "reader")
        yield store


def begun(store: Store) -> int:
    """Begin a work of two stretches, of which one is done."""
    stretches = [Stretch(number=number, what={}, messages=100) for number in range(2)]
    work = begin_work(store, "retag", "", stretches, now=NOW)
    with store.writing() as session:
        assert claim_stretch(session, work.id, 0, now=NOW + timedelta(seconds=5))
    return work.id


@pytest.mark.postgres
def test_jobs_and_their_errors_are_shown_and_nothing_of_their_arguments(postgres, postgres_url, client_of):
    work = begun(postgres)
    with Queue(postgres_url) as queue:
        queue.hand_out([poll_call("statshop"), stretch_call(RETAG, work, 1)])
    words = "The mail server broke the connection."
    error = JobError(job_id=1, job="poll-1", about="statshop", at=NOW, tries=2, fault="ConnectionLost", words=words)
    note_job_error(postgres, error)
    page = client_of(create_app(postgres, catalogue_of()), "reader").get("/jobs").text
    assert "<dt>Workers alive</dt><dd>0</dd>" in page
    assert "1, poll</th>" in page
    assert "<dt>Poll, waiting</dt><dd>1</dd>" in page
    assert f"<bdi>work {work}, stretch 1</bdi>" in page
    assert page.count(words) == 2
    assert "anyway" not in page


def test_without_a_queue_large_works_are_shown(store, reviewer):
    begun(store)
    page = reviewer.get("/jobs").text
    assert "There is no queue" in page
    assert "Begun, not finished" in page
    assert ">100</td><td" in page
    assert 'href="/jobs"' in reviewer.get("/runs").text
