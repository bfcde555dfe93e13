"""`statshop poll`: fetch, tag and file what is new in the mailboxes, once (for cron or a timer).

The work itself is imported when the parsers and rules are already being loaded beside it.
"""

import argparse
import os
from multiprocessing import forkserver
from pathlib import Path

from pipeline.commands.starting import stop_on_signals
from pipeline.flow.preloads import preloads
from pipeline.glance import will_read_first_mail


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("mailbox", nargs="?", metavar="MAILBOX", help="only this one of the settings' mailboxes")
    parser.add_argument(
        "--unattended", action="store_true", help="leave out, for a while, a mailbox that refused the sign-in"
    )


def run(args: argparse.Namespace) -> int:
    """Poll the mailboxes one after the other; exit 1 if one of them failed, after all were tried."""
    stop = stop_on_signals()  # before the imports, in which a signal would end it without a word
    load_rules_ahead(args.config)
    from pipeline.commands.poll_all import poll_all

    return poll_all(args, stop)


def load_rules_ahead(config: Path) -> None:
    """Have the fork server load parsers and rules beside what this process imports, where it will read mail."""
    if will_read_first_mail(config, os.environ):
        forkserver.set_forkserver_preload(preloads())
        forkserver.ensure_running()
