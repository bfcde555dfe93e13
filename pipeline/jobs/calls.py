"""What a job is: its kind, its few arguments, what it must not run beside, and when a failed one is tried again. Pure.

A kind and the version of its arguments name a queue ("retag-1"). A worker takes from the queues it knows: during an
upgrade a job of a newer program waits for a newer worker instead of failing under an older one. Whoever changes the
arguments of a kind gives it a new version, and keeps what does the old one for a release.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.mail.errors import MailboxError

Value = str | int | bool | list[int] | list[list[int]]
TRIES = 5  # of a job, before it is left for a person
_FIRST_WAIT = 15  # seconds; each next one is four times as long
_LONGEST_WAIT = 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A kind of job; of those with the highest `rank` that wait, the oldest is done first."""

    name: str
    version: int = 1
    rank: int = 0

    @property
    def queue(self) -> str:
        """Name the queue in which such jobs wait."""
        return f"{self.name}-{self.version}"


POLL = Kind(name="poll", rank=20)
RECONCILE = Kind(name="reconcile", rank=10)
INGEST = Kind(name="ingest", rank=15)
DIGEST = Kind(name="digest", rank=10)
RETENTION = Kind(name="retention", rank=5)
RETAG = Kind(name="retag")
REBUILD = Kind(name="rebuild")
VERIFY = Kind(name="verify")
IMPORT = Kind(name="import")
KINDS = (POLL, RECONCILE, INGEST, DIGEST, RETENTION, RETAG, REBUILD, VERIFY, IMPORT)
LARGE = {kind.name: kind for kind in (RETAG, REBUILD, VERIFY, IMPORT)}


@dataclass(frozen=True, kw_only=True, slots=True)
class JobCall:
    """A job to be done: small arguments, never the content of a message.

    Of jobs with the same `lock` one is done at a time, and one waits at most. `about` says for people which it is.
    """

    kind: Kind
    arguments: Mapping[str, Value] = field(default_factory=dict)
    lock: str = ""
    about: str = ""


def poll_call(mailbox: str, *, anyway: bool = False) -> JobCall:
    """Ask for a poll of a mailbox; `anyway` even if it refused the sign-in a short while ago."""
    return JobCall(kind=POLL, arguments={"mailbox": mailbox, "anyway": anyway}, lock=f"poll {mailbox}", about=mailbox)


def reconcile_call(mailbox: str) -> JobCall:
    """Ask for a comparison of a mailbox with what is held of it."""
    return JobCall(kind=RECONCILE, arguments={"mailbox": mailbox}, lock=f"reconcile {mailbox}", about=mailbox)


def digest_call() -> JobCall:
    """Ask for the digests that are due."""
    return JobCall(kind=DIGEST, lock=DIGEST.name)


def retention_call() -> JobCall:
    """Ask for what was kept long enough to be taken away."""
    return JobCall(kind=RETENTION, lock=RETENTION.name)


def stretch_call(kind: Kind, work: int, stretch: int) -> JobCall:
    """Ask for a stretch of a large work."""
    return JobCall(kind=kind, arguments={"work": work, "stretch": stretch}, about=f"work {work}, stretch {stretch}")


def retry_in(error: BaseException, tries: int) -> int | None:
    """Say in how many seconds a job that failed for the `tries`th time is tried again; None when it is not.

    A refused sign-in or a folder that became another one stays so until a person has seen to it, and trying on would
    lock the account.
    """
    if tries >= TRIES or (isinstance(error, MailboxError) and not error.retryable):
        return None
    return min(int(_FIRST_WAIT * 4 ** (tries - 1)), _LONGEST_WAIT)
