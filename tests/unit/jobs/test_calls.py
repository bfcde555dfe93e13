"""What a job is: its queue, its lock, and when a failed one is tried again."""

import inspect
import json

import pytest

from pipeline.commands.job_functions import FUNCTIONS
from pipeline.jobs.calls import (
    KINDS,
    RETAG,
    digest_call,
    poll_call,
    reconcile_call,
    retention_call,
    retry_in,
    stretch_call,
)
from pipeline.jobs.queue import conninfo
from pipeline.mail.errors import MailboxUnreachable, SignInRefused

LOST = MailboxUnreachable("mail.example.org", 993, "no answer")
CALLS = (poll_call("box"), reconcile_call("box"), digest_call(), retention_call(), stretch_call(RETAG, 7, 123))


def test_every_kind_has_a_function_under_its_queue():
    assert set(FUNCTIONS) == {kind.queue for kind in KINDS}


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.kind.name)
def test_a_call_has_just_the_arguments_that_its_function_takes(call):
    bench, *named = inspect.signature(FUNCTIONS[call.kind.queue]).parameters
    assert (bench, set(named)) == ("bench", set(call.arguments))
    assert len(json.dumps(dict(call.arguments))) < 100


def test_only_stretches_may_wait_in_numbers():
    assert [call.kind.name for call in CALLS if not call.lock] == ["retag"]


@pytest.mark.parametrize(
    ("error", "tries", "seconds"),
    [
        (LOST, 1, 15),
        (LOST, 2, 60),
        (LOST, 3, 240),
        (LOST, 4, 960),
        (LOST, 5, None),
        (ValueError(), 1, 15),
        (SignInRefused("box", "wrong"), 1, None),
    ],
)
def test_when_a_failed_job_is_tried_again(error, tries, seconds):
    assert retry_in(error, tries) == seconds


@pytest.mark.parametrize("scheme", ["postgresql+psycopg", "postgresql", "postgres"])
def test_the_queues_address_is_the_stores(scheme):
    assert conninfo(f"{scheme}://u:p@host/name?host=/run") == "postgresql://u:p@host/name?host=/run"
