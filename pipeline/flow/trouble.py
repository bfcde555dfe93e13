"""What can be wrong and how bad that is, and what is seen of a deployment to tell by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum

from storage.outdated import Outdated
from storage.records import Run


class Kind(StrEnum):
    """What kinds of trouble there are; docs/operate.md says what to do about each."""

    SIGN_IN = "sign-in refused"
    NO_GOOD_RUN = "no good run"
    WARNED = "polls with a warning"
    QUIET = "mailbox unusually quiet"
    LEDGER = "ledger does not add up"
    NOT_COUNTED = "ledger not counted"
    SET_ASIDE = "set-aside growing"
    DISK = "disk low"
    DIGEST = "digest not made"
    SCHEMA = "schema not current"
    WORKERS = "no worker"
    RULES = "rules with mistakes"
    ERASURE_KEY = "key of erasures missing"
    BACKUP = "no backup"
    DATABASE = "database away"
    NAME = "mailbox under another name"
    SETTINGS = "settings not in use"
    FINAL = "digest not final"


class Severity(IntEnum):
    """How bad it is: the exit statuses of monitoring plugins."""

    OK = 0
    WARNING = 1
    CRITICAL = 2


SEVERITY: Mapping[Kind, Severity] = {
    Kind.SIGN_IN: Severity.CRITICAL,
    Kind.NO_GOOD_RUN: Severity.CRITICAL,
    Kind.WARNED: Severity.WARNING,
    Kind.QUIET: Severity.WARNING,
    Kind.LEDGER: Severity.CRITICAL,
    Kind.NOT_COUNTED: Severity.WARNING,
    Kind.SET_ASIDE: Severity.WARNING,
    Kind.DISK: Severity.CRITICAL,
    Kind.DIGEST: Severity.WARNING,
    Kind.SCHEMA: Severity.CRITICAL,
    Kind.WORKERS: Severity.CRITICAL,
    Kind.RULES: Severity.WARNING,
    Kind.ERASURE_KEY: Severity.CRITICAL,
    Kind.BACKUP: Severity.WARNING,
    Kind.DATABASE: Severity.CRITICAL,
    Kind.NAME: Severity.CRITICAL,
    Kind.SETTINGS: Severity.WARNING,
    Kind.FINAL: Severity.WARNING,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertRules:
    """From when on something is worth a message."""

    missed_intervals: int = 6
    quiet_chance: float = 0.001
    set_aside_a_day: int = 10
    disk_free_bytes: int = 1_000_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenFolder:
    """The last count of a folder: how many messages it found neither held here nor to be had, which, and when."""

    folder: str
    missing: int
    uids: str  # an IMAP set, "17,20:21"
    counted_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenMailbox:
    """What is known of a mailbox: its latest polls (newest first), its last good one, its mail by London day.

    `last_count` is when the last good count of its folders began, `folders` what the last counts found. `known_since`
    is when the settings were first seen to name it, `job_error` why a worker that was to poll it could not begin,
    `name_error` why it is left alone, where mail of its user is stored under another name.
    """

    name: str
    interval: timedelta
    runs: tuple[Run, ...] = ()
    last_good: Run | None = None
    first_run_at: datetime | None = None
    known_since: datetime | None = None
    job_error: str = ""
    name_error: str = ""
    arrivals: Mapping[date, int] = field(default_factory=dict)
    last_count: datetime | None = None
    folders: tuple[SeenFolder, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What was seen of a whole deployment.

    `waiting_since` is when the oldest job was handed out that waits while no worker lives, `left_waiting` of each kind
    of which no job is being done, since when one waits, while some live.
    `schema` is the sentence that says what is wrong with it, or "", and so is `erasure_key`; `rule_mistakes` are those
    of rules of one's own of which earlier ones go on, `rules_never_read` those of rules of which none can be used.
    `last_backup` is None where none was ever made by this program. `outdated` are processes that run on with settings
    of before, `digests_not_final` months that could have been issued as final ones `FINAL_WAITS` ago.
    """

    mailboxes: tuple[SeenMailbox, ...] = ()
    set_aside_today: int = 0
    disks: Mapping[str, int] = field(default_factory=dict)  # bytes free, by folder
    digests_missing: tuple[str, ...] = ()
    digests_not_final: tuple[str, ...] = ()
    schema: str = ""
    erasure_key: str = ""
    last_backup: datetime | None = None
    rule_mistakes: tuple[str, ...] = ()
    rules_never_read: tuple[str, ...] = ()
    waiting_since: datetime | None = None
    left_waiting: Mapping[str, datetime] = field(default_factory=dict)
    outdated: tuple[Outdated, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """Something that is wrong now: what kind, about what, in words that a person can act on."""

    kind: Kind
    about: str
    words: str

    @property
    def key(self) -> tuple[str, str]:
        """Give what makes it the same trouble at the next look."""
        return self.kind.value, self.about

    @property
    def severity(self) -> Severity:
        """Say how bad it is."""
        return SEVERITY[self.kind]


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """What changed since the last look: troubles that begin, and the keys of those that are over."""

    begin: tuple[Trouble, ...]
    end: tuple[tuple[str, str], ...]

    def __bool__(self) -> bool:
        """Say whether anything changed."""
        return bool(self.begin or self.end)
