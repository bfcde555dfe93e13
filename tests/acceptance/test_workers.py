"""Two workers over several mailboxes of a real server, killed one after the other: nothing lost, doubled or stalled."""

import shutil
from pathlib import Path

import pytest
from fakes.dovecot import running_dovecot
from fakes.worker_siege import Plan, besieged

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.dovecot,
    pytest.mark.skipif(shutil.which("dovecot", path="/usr/sbin:/usr/bin") is None, reason="needs dovecot-imapd"),
]


def test_killed_workers_lose_nothing_and_double_nothing(tmp_path: Path, postgres_url: str) -> None:
    plan = Plan(mailboxes=4, seconds=14, mail_every=0.2, poll_every=0.5, kill_every=4, lost_after=3)
    with running_dovecot() as server:
        outcome = besieged(tmp_path, postgres_url, server, plan)
    assert (outcome.lost, outcome.doubled, outcome.stalled) == (0, 0, 0)
    assert outcome.delivered > 40
    assert outcome.kills == 3
