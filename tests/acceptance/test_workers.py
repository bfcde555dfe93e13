"""Two workers over several mailboxes of a real server, killed one after the other: nothing lost, doubled or stalled."""

from pathlib import Path

import pytest
from fakes.certificates import Authority
from fakes.dovecot import running_dovecot
from fakes.machines import ADDRESS
from fakes.worker_siege import Plan, besieged, on_machines_of_their_own

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.dovecot,
]


def test_killed_workers_lose_nothing_and_double_nothing(tmp_path: Path, postgres_url: str) -> None:
    plan = Plan(mailboxes=4, seconds=14, mail_every=0.2, poll_every=0.5, kill_every=4, lost_after=3)
    with running_dovecot() as server:
        outcome = besieged(tmp_path, postgres_url, server, plan)
    assert (outcome.lost, outcome.doubled, outcome.stalled) == (0, 0, 0)
    assert outcome.delivered > 40
    assert outcome.kills == 3


@pytest.mark.machines
def test_killed_workers_on_machines_of_their_own_lose_nothing_and_double_nothing(
    tmp_path: Path, postgres_url: str
) -> None:
    """Each worker has a network of its own: the mail server over TLS and the database over TCP, on another machine."""
    plan = Plan(mailboxes=3, seconds=9, mail_every=0.2, poll_every=0.5, kill_every=4, lost_after=3)
    authority = Authority(tmp_path)
    certificate = authority.issue(host=ADDRESS).read_bytes()
    with (
        running_dovecot(certificate=certificate) as server,
        on_machines_of_their_own(server, postgres_url, authority) as field,
    ):
        outcome = besieged(tmp_path, postgres_url, server, plan, field)
    assert (outcome.lost, outcome.doubled, outcome.stalled) == (0, 0, 0)
    assert outcome.delivered > 25
    assert outcome.kills == 2
