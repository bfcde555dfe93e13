"""Ingest over IMAP from a local Dovecot, beside mbsync + notmuch + afew on the same mailbox in the same run.

Needs Debian's dovecot-imapd, isync, notmuch and afew, and the ordinary messages that lie beside the checkout.
"""

import os
import resource
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.timing import STATSHOP, seconds_of

HOUSE = Path(__file__).parents[1]
ARCHIVE = HOUSE.parent / "shared/corpora/ordinary-5000.tar.xz"
FILTERS = 18
PREFIX = "STATSHOP_MAILBOXES__BENCH__"


def main() -> None:
    """Print messages a second of both, the second poll's cost, and peak memory."""
    if not ARCHIVE.is_file() or any(shutil.which(name) is None for name in ("mbsync", "notmuch", "afew")):
        print("left out: it needs the ordinary messages beside the checkout, and isync, notmuch and afew")
        return
    with tempfile.TemporaryDirectory(prefix="statshop-bench-") as name, _dovecot() as server:
        folder = Path(name)
        count = _deliver(server, "bench")
        theirs = seconds_of(lambda: _their_way(folder, server.port))
        print(f"mbsync + notmuch new + afew: {count / theirs:.0f} messages/s ({theirs:.1f} s)")
        environment = _environment(server.port, folder)
        ours = seconds_of(lambda: _run([*STATSHOP, "poll"], folder, environment))
        print(f"statshop poll:               {count / ours:.0f} messages/s ({ours:.1f} s): {theirs / ours:.2f} times")
        again = seconds_of(lambda: _run([*STATSHOP, "poll"], folder, environment))
        print(f"a second poll, nothing new:  {again:.2f} s")
        print(f"largest process:             {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")
        _run([*STATSHOP, "status"], folder, environment)


@contextmanager
def _dovecot() -> Iterator["object"]:
    sys.path.insert(0, str(HOUSE / "tests"))
    from fakes.dovecot import running_dovecot

    with running_dovecot() as server:
        yield server


def _deliver(server: "object", user: str) -> int:
    maildir = server.maildir(user)
    count = 0
    with tarfile.open(ARCHIVE) as archive:
        for member in archive:
            if member.isfile():
                content = archive.extractfile(member).read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
                path = maildir / "new" / f"{1_300_000_000 + count}.M{count}P1.host"
                path.write_bytes(content)
                shutil.chown(path, "nobody")
                count += 1
    return count


def _environment(port: int, folder: Path) -> dict[str, str]:
    (folder / "config.toml").touch()
    usual = {"HOST": "127.0.0.1", "PORT": str(port), "USER": "bench", "PASSWORD": "secret", "SECURITY": "plain"}
    mailbox = {PREFIX + name: text for name, text in usual.items()}
    return {
        **os.environ,
        **mailbox,
        "PYTHONPATH": str(HOUSE),
        "HOME": str(folder),
        "NOTMUCH_CONFIG": str(folder / "nm"),
    }


def _their_way(folder: Path, port: int) -> None:
    mail = folder / "theirs"
    (mail / "inbox").mkdir(parents=True)
    (folder / "mbsyncrc").write_text(
        f"IMAPAccount b\nHost 127.0.0.1\nPort {port}\nUser bench\nPass secret\nSSLType None\nAuthMechs PLAIN\n\n"
        f"IMAPStore far\nAccount b\n\nMaildirStore near\nInbox {mail}/inbox\nPath {mail}/\n\n"
        "Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\nSyncState *\n"
    )
    (folder / "nm").write_text(
        f"[database]\npath={mail}\n[user]\nname=b\nprimary_email=b@example.org\n[new]\ntags=new\n"
    )
    rules = "".join(f"[Filter.{n}]\nquery = subject:word{n} or body:phrase{n}\ntags = +t{n}\n" for n in range(FILTERS))
    (folder / ".config/afew").mkdir(parents=True)
    (folder / ".config/afew/config").write_text(rules)
    environment = _environment(port, folder)
    _run(["mbsync", "-c", str(folder / "mbsyncrc"), "-a"], folder, environment)
    _run(["notmuch", "new"], folder, environment)
    _run(["afew", "--tag", "--new"], folder, environment)


def _run(words: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{words[0]}: {done.stderr[-500:]}")
