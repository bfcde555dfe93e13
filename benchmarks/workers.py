"""Two workers on PostgreSQL over 20 mailboxes of a local Dovecot, one killed outright every 20 seconds for 5 minutes.

Each worker has a network of its own where that is allowed (as root): mail over TLS, the database over TCP.

Needs Debian's dovecot-imapd. `STATSHOP_BENCH_SECONDS` in the environment sets another length.
"""

import os
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.databases import postgresql

HOUSE = Path(__file__).parents[1]


def main() -> None:
    """Print how many messages were lost or doubled, and how many jobs hang at the end."""
    if shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
        print("left out: it needs dovecot-imapd")
        return
    sys.path.insert(0, str(HOUSE / "tests"))
    from fakes.certificates import Authority
    from fakes.dovecot import running_dovecot
    from fakes.machines import ADDRESS, can_make_machines
    from fakes.worker_siege import Plan, besieged, on_machines_of_their_own

    seconds = float(os.environ.get("STATSHOP_BENCH_SECONDS", "300"))
    plan = Plan(mailboxes=20, seconds=seconds, mail_every=0.25, poll_every=5, kill_every=20, lost_after=30)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="statshop-bench-")))
        url, authority, field = stack.enter_context(postgresql()), Authority(folder), None
        certificate = authority.issue(host=ADDRESS).read_bytes()
        server = stack.enter_context(running_dovecot(certificate=certificate))
        if can_make_machines():
            field = stack.enter_context(on_machines_of_their_own(server, url, authority))
        outcome = besieged(folder, url, server, plan, field)
    print(
        "each worker in a network of its own"
        if field
        else "left out: networks of their own, which are not allowed here"
    )
    print(f"{outcome.delivered} messages into {plan.mailboxes} mailboxes, a worker killed {outcome.kills} times:")
    print(f"lost {outcome.lost}, doubled {outcome.doubled}, jobs that hang {outcome.stalled}")
    print(f"everything was stored {outcome.settled_in:.0f} s after the last of it came")
