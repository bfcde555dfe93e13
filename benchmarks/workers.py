"""Two workers on PostgreSQL over 20 mailboxes of a local Dovecot, one killed outright every 20 seconds for 5 minutes.

Needs Debian's dovecot-imapd. `STATSHOP_BENCH_SECONDS` in the environment sets another length.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.databases import postgresql

HOUSE = Path(__file__).parents[1]


def main() -> None:
    """Print how many messages were lost or doubled, and how many jobs hang at the end."""
    if shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
        print("left out: it needs dovecot-imapd")
        return
    sys.path.insert(0, str(HOUSE / "tests"))
    from fakes.dovecot import running_dovecot
    from fakes.worker_siege import Plan, besieged

    seconds = float(os.environ.get("STATSHOP_BENCH_SECONDS", "300"))
    plan = Plan(mailboxes=20, seconds=seconds, mail_every=0.25, poll_every=5, kill_every=20, lost_after=30)
    with (
        tempfile.TemporaryDirectory(prefix="statshop-bench-") as name,
        postgresql() as url,
        running_dovecot() as server,
    ):
        outcome = besieged(Path(name), url, server, plan)
    print(f"{outcome.delivered} messages into {plan.mailboxes} mailboxes, a worker killed {outcome.kills} times:")
    print(f"lost {outcome.lost}, doubled {outcome.doubled}, jobs that hang {outcome.stalled}")
    print(f"everything was stored {outcome.settled_in:.0f} s after the last of it came")
