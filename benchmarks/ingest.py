"""Ingest over IMAP from a local Dovecot, beside mbsync + notmuch + afew on the same mailbox in the same run.

They are asked twice: for the products, uses and channels by the words of our own rules (`benchmarks/queries.py`), which
is the work that we do, and with a few filters that find nothing, which is no more than fetching and indexing.
Needs Debian's dovecot-imapd, isync, notmuch and afew, and the ordinary messages that lie beside the checkout.
"""

import itertools
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import Watch
from benchmarks.queries import queries
from benchmarks.tagging import LABELLED, variations
from benchmarks.timing import STATSHOP, seconds_of
from pipeline.mail.mailbox import MailboxSettings, Security
from pipeline.mail.signin import Password, Secret

HOUSE = Path(__file__).parents[1]
ARCHIVE = HOUSE.parent / "shared/corpora/ordinary-5000.tar.xz"
IDLE = {f"t{n}": f"subject:word{n} or body:phrase{n}" for n in range(18)}  # filters that find nothing
IMPORTS = "import pipeline.commands.poll_all"
WARM = (  # writes byte code, as an installed program has it
    "import pipeline.commands.poll_all, pipeline.flow.warm, storage.upgrade, "
    "pipeline.mail.documents.opendocument, pipeline.mail.documents.pdf, "
    "pipeline.mail.documents.sheets, pipeline.mail.documents.word"
)
PREFIX = "STATSHOP_MAILBOXES__BENCH__"


def main() -> None:
    """Print messages a second of both, the second poll's cost, and peak memory."""
    if not ARCHIVE.is_file() or any(shutil.which(name) is None for name in ("mbsync", "notmuch", "afew")):
        print("left out: it needs the ordinary messages beside the checkout, and isync, notmuch and afew")
        return
    with dovecot() as server:
        with tarfile.open(ARCHIVE) as archive:
            mails = [crlf(archive.extractfile(member).read()) for member in archive if member.isfile()]
        relevant = itertools.islice(variations(sorted(LABELLED.glob("*.eml"))), len(mails) // 2)
        half = itertools.chain.from_iterable(zip(mails[::2], map(crlf, relevant), strict=False))
        for user, name, those in (("bench", "ordinary messages", mails), ("half", "half of them relevant", half)):
            print(f"{name}:")
            _compared(server, user, deliver(server, user, those))


def _compared(server: "object", user: str, count: int) -> None:
    """Print the figures of one mailbox, theirs and ours."""
    with tempfile.TemporaryDirectory(prefix="statshop-bench-") as name:
        folder = Path(name)
        environment = _environment(server.port, user, folder)
        theirs = _theirs(folder, server.port, user, count)
        _run([sys.executable, "-c", WARM], folder, environment)
        ours, peak = _watched(lambda: _run([*STATSHOP, "poll"], folder, environment))
        times = " and ".join(f"{each.seconds / ours.seconds:.2f}" for each in theirs)
        print(f"statshop poll:               {ours.speed(count)}: {times} times")
        print(f"all its processes at most:   {peak:.0f} MB")
        again = seconds_of(lambda: _run([*STATSHOP, "poll"], folder, environment))
        imports = seconds_of(lambda: _run([sys.executable, "-c", IMPORTS], folder, environment))
        print(f"a second poll, nothing new:  {again:.2f} s, of them imports {imports:.2f} s")
        _run([*STATSHOP, "status"], folder, environment)


def _theirs(folder: Path, port: int, user: str, count: int) -> list["Cost"]:
    """Fetch, index and tag a mailbox their way, tag it a second time with other filters, and print both figures."""
    environment = _environment(port, user, folder)
    _settings_of_theirs(folder, port, user)
    _run(["afew", "--help"], folder, environment)  # its byte code too
    indexed, _ = _watched(lambda: _fetched_and_indexed(folder, environment))
    costs = []
    for filters, name in ((IDLE, "filters that find nothing"), (queries(), "filters of our rules' words")):
        lines = [f"[Filter.{n}]\nquery = {query}\ntags = +{tag}\n" for n, (tag, query) in enumerate(filters.items())]
        (folder / ".config/afew/config").write_text("".join(lines))
        tagged, _ = _watched(lambda: _run(["afew", "--tag", "--new"], folder, environment))
        costs.append(indexed + tagged)
        print(f"mbsync + notmuch new + afew: {costs[-1].speed(count)}, {len(filters)} {name}")
    return costs


@dataclass(frozen=True)
class Cost:
    """What something took, in seconds by the clock and of the processor."""

    seconds: float
    processor: float

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.seconds + other.seconds, self.processor + other.processor)

    def speed(self, count: int) -> str:
        """Say how fast it was; on a machine that others use, the processor's time says more than the clock."""
        return f"{count / self.seconds:.0f} messages/s ({self.seconds:.1f} s, {self.processor:.1f} s of processor time)"


def _watched(work: Callable[[], None]) -> tuple[Cost, float]:
    """Give what something cost, and the megabytes that all its processes held at most."""
    with Watch() as watch:
        seconds = seconds_of(work)
    return Cost(seconds, watch.cpu_seconds), watch.peak


@contextmanager
def dovecot() -> Iterator["object"]:
    """Run a private Dovecot."""
    sys.path.insert(0, str(HOUSE / "tests"))
    from fakes.dovecot import running_dovecot

    with running_dovecot() as server:
        yield server


def deliver(server: "object", user: str, mails: Iterable[bytes]) -> int:
    """Put messages into the INBOX of a user, and count them."""
    maildir, count = server.maildir(user), 0
    for count, mail in enumerate(mails, start=1):
        path = maildir / "new" / f"{1_300_000_000 + count}.M{count}P1.host"
        path.write_bytes(mail)
        shutil.chown(path, "nobody")
    return count


def crlf(mail: bytes) -> bytes:
    """Give a message with the line ends it has over IMAP."""
    return mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def settings_of(port: int) -> MailboxSettings:
    """Give the settings of the mailbox."""
    sign_in = Password(secret=Secret(value="secret"))
    return MailboxSettings(
        name="bench", host="127.0.0.1", port=port, user="bench", security=Security.PLAIN, sign_in=sign_in
    )


def _environment(port: int, user: str, folder: Path) -> dict[str, str]:
    (folder / "config.toml").touch()
    usual = {"HOST": "127.0.0.1", "PORT": str(port), "USER": user, "PASSWORD": "secret", "SECURITY": "plain"}
    mailbox = {PREFIX + name: text for name, text in usual.items()}
    given = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **given,
        **mailbox,
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        "PYTHONPATH": str(HOUSE),
        "HOME": str(folder),
        "NOTMUCH_CONFIG": str(folder / "nm"),
    }


def _settings_of_theirs(folder: Path, port: int, user: str) -> None:
    mail = folder / "theirs"
    (mail / "inbox").mkdir(parents=True)
    (folder / ".config/afew").mkdir(parents=True)
    (folder / "mbsyncrc").write_text(
        f"IMAPAccount b\nHost 127.0.0.1\nPort {port}\nUser {user}\nPass secret\nSSLType None\nAuthMechs PLAIN\n\n"
        f"IMAPStore far\nAccount b\n\nMaildirStore near\nInbox {mail}/inbox\nPath {mail}/\n\n"
        "Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\nSyncState *\n"
    )
    (folder / "nm").write_text(
        f"[database]\npath={mail}\n[user]\nname=b\nprimary_email=b@example.org\n[new]\ntags=new\n"
    )


def _fetched_and_indexed(folder: Path, environment: dict[str, str]) -> None:
    _run(["mbsync", "-c", str(folder / "mbsyncrc"), "-a"], folder, environment)
    _run(["notmuch", "new"], folder, environment)


def _run(words: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{words[0]}: {done.stderr[-500:]}")
