"""What can go wrong above the mailbox and the store: each error is a sentence with what to do."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storage.order import LONDON


class StatshopError(Exception):
    """The root of the errors that the command shows as one sentence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfigProblem:
    """One mistake in the settings: the key, where it stands ("config.toml, line 12" or a variable), what to do."""

    key: str
    where: str
    words: str

    def __str__(self) -> str:
        return f"{self.where}: {self.key} {self.words}"


class ConfigError(StatshopError):
    """Settings that cannot be used; `problems` holds every mistake that was found."""

    def __init__(self, problems: tuple[ConfigProblem, ...]) -> None:
        self.problems = problems
        count = "one mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
        super().__init__(f"The settings have {count}:\n" + "\n".join(f"  {problem}" for problem in problems))


class ConfigMissing(StatshopError):
    """No settings file stands where it was looked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"There is no settings file {path}. Name another with --config FILE, or copy config.toml there."
        )


class NoSuchMailbox(StatshopError):
    """A mailbox was asked for that the settings do not name."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        self.name, self.known = name, known
        there = ", ".join(known) if known else "none yet: add a table [mailboxes.NAME] to the settings"
        super().__init__(f"The settings name no mailbox {name!r}. They name: {there}.")


class MonthNotRead(StatshopError):
    """A month was to be issued, and a mailbox was not read to the month's end: `read_at` was its last good poll."""

    def __init__(self, mailbox: str, month: str, read_at: datetime | None, *, month_end: datetime) -> None:
        self.mailbox, self.month = mailbox, month
        super().__init__(
            f"Mail of {month} in mailbox {mailbox} may be missing: {_last_poll(read_at, month_end)}. Nothing was "
            f"issued. Poll it first: statshop poll {mailbox}. Where the mailbox is closed, take its table out of the "
            "settings: in the digest over all, what is held of it counts all the same; a digest of its own ends with "
            "the month before."
        )


def _last_poll(read_at: datetime | None, month_end: datetime) -> str:
    if read_at is None:
        return "no poll of it has gone well yet"
    last = f"its last good poll was on {read_at.astimezone(LONDON):%-d %B %Y at %H:%M}"
    return f"{last}, before the month was over" if read_at < month_end else f"{last}: workers may be at its mail still"


class MailboxRenamed(StatshopError):
    """A mailbox is named for the first time, and mail of its user and host is stored under a name that none has now."""

    def __init__(self, name: str, names: tuple[str, ...]) -> None:
        self.name, self.names = name, names
        listed = ", ".join(f'"{one}"' for one in names)
        super().__init__(
            f"Mail of the user and host of mailbox {name} is stored under the name {names[-1]}, which the settings "
            f"name no more. If {name} is that mailbox, write formerly = [{listed}] below [mailboxes.{name}], "
            "and it goes on where it was; if it is another one, write formerly = []. Until then it is left alone."
        )


class MailboxSplit(StatshopError):
    """A mailbox was read under two names before the former one was said: no two accounts are made one."""

    def __init__(self, name: str, others: tuple[str, ...]) -> None:
        self.name, self.others = name, others
        super().__init__(
            f"Mail of mailbox {name} is stored under {' and '.join(others)} as well, apart from what is stored under "
            f"its first name. Take formerly out of [mailboxes.{name}]: then it goes on as it did, and what came under "
            "the other name stays under that."
        )


class FormerNameElsewhere(StatshopError):
    """A former name holds mail of another user or host."""

    def __init__(self, name: str, former: str) -> None:
        self.name, self.former = name, former
        super().__init__(
            f"What is stored under the name {former} is mail of another user or host than that of mailbox {name}. Take "
            f"{former} out of formerly below [mailboxes.{name}], or mend its user or host."
        )


class NoSuchPath(StatshopError):
    """A file or folder that a command was given is not there, or cannot be read."""

    def __init__(self, path: Path, why: str = "is not there") -> None:
        self.path = path
        super().__init__(f"{path} {why}. Check the name and that this account may read it.")


class SeveralMessages(StatshopError):
    """A file that was to be tagged as one message holds several."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"{path} holds several messages. Save the one that is meant as an .eml file of its own, "
            "or import them all: statshop import."
        )


class NotOverwritten(StatshopError):
    """A file cannot be written where it was asked for."""

    def __init__(self, path: Path, why: str) -> None:
        self.path = path
        super().__init__(f"Nothing was written to {path}: {why}. Name another file.")


class UnfitPerson(StatshopError):
    """A name or a password that a reviewer cannot have; `problem` says what to do, without its full stop."""

    def __init__(self, problem: str, not_done: str = "Nobody was added") -> None:
        self.problem = problem
        super().__init__(f"{not_done}. {problem}.")


class NoMailbox(StatshopError):
    """The settings name no mailbox at all."""

    def __init__(self) -> None:
        super().__init__(
            "The settings name no mailbox. Take the # away from [mailboxes.statshop] in config.toml and fill it in; "
            "./run demo shows the whole job on a sample mailbox."
        )


class NotLabels(StatshopError):
    """A line of labels.jsonl is not a label; `why` says what is wrong with it, without its full stop."""

    def __init__(self, path: Path, line: int, why: str = "") -> None:
        self.path, self.line, self.why = path, line, why
        reason = f": {why}" if why else ""
        super().__init__(
            f'{path}, line {line} is no label{reason}. Write {{"file": "x.eml", "labels": {{...}}}} on one line, '
            "in a file saved as UTF-8."
        )


class NothingLabelled(StatshopError):
    """Labels are none, or are of files that are not there: figures of them would say nothing."""

    def __init__(self, path: Path, missing: tuple[str, ...] = ()) -> None:
        self.path, self.missing = path, missing
        named = ", ".join(missing[:5]) + (f" and {len(missing) - 5:,} more" if len(missing) > 5 else "")
        why = f"names files that are not in its folder: {named}" if missing else "holds no labels"
        super().__init__(f"{path} {why}. Nothing was measured: name each message by its .eml file, a line each.")


class ReadingStopped(StatshopError):
    """Stand above what befalls the processes that read messages: no message is to blame, and none is set aside."""


class WorkersEnded(ReadingStopped):
    """Somebody ended the processes that read messages while they were at it, as a signal to a whole group does."""

    def __init__(self) -> None:
        super().__init__(
            "The processes that read messages were ended from outside. What they were at is left to the next run."
        )


class WorkersDidNotStart(ReadingStopped):
    """The processes that read messages end as they begin: no message is to blame, and none is set aside for it."""

    def __init__(self) -> None:
        super().__init__(
            "The processes that read messages cannot start. Run `statshop doctor`: it names rules that cannot be used; "
            "if they are in order, raise reading.megabytes_per_worker in the settings."
        )


class PortTaken(StatshopError):
    """The page cannot listen where the settings say."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(
            f"The page cannot listen on {host}, port {port}: {why}. "
            "Another program may have it: end that, or set page.port (0 takes any free one)."
        )


class SignOnSupportMissing(StatshopError):
    """Single sign-on is set, and its library is not installed."""

    def __str__(self) -> str:
        return "Single sign-on needs a library that is not installed: pip install 'statshop-triage[oidc]'."


class NoticeNotSent(StatshopError):
    """An alert could not be sent; it is tried again at the next look."""

    def __init__(self, host: str, why: str) -> None:
        self.host = host
        super().__init__(f"The alert could not be sent over {host}: {why}. Check [alerts] in the settings.")


class NobodyToTell(StatshopError):
    """Alerts are to be tested, and the settings name nobody."""

    def __init__(self) -> None:
        super().__init__("The settings name nobody to tell: set alerts.recipients and alerts.host, or alerts.webhook.")


class MailNotSent(StatshopError):
    """A mail could not be sent. `may_have_gone`: the line broke while it went out, so that nobody knows."""

    def __init__(self, host: str, why: str, *, may_have_gone: bool = False) -> None:
        self.host, self.why, self.may_have_gone = host, why, may_have_gone
        super().__init__(
            f"The mail could not be sent over {host}: {why}. Check host, port, security and user in the settings."
        )


class NotifySupportMissing(StatshopError):
    """The settings ask for GOV.UK Notify and its client is not installed."""

    def __init__(self) -> None:
        super().__init__("GOV.UK Notify needs its client: pip install 'statshop-triage[notify]'.")


class NoDraftsAllowed(StatshopError):
    """Replies were to be saved as drafts, and no mailbox's settings allow it."""

    def __init__(self) -> None:
        super().__init__("No mailbox may be written to: set write = true and write_drafts = true for the one that may.")


class NobodyToReplyAs(StatshopError):
    """Replies were to be written, and no address of the team's is known that they could be from."""

    def __init__(self) -> None:
        super().__init__(
            "No reply was written, since the settings name no address to reply from: set site.team_addresses."
        )


class NotDelivered(StatshopError):
    """An issue reached some of its recipients not."""

    def __init__(self, failures: tuple[str, ...]) -> None:
        self.failures = failures
        super().__init__("Not everything was delivered:\n" + "\n".join(f"  {failure}" for failure in failures))


class FilesGone(StatshopError):
    """The files of an issue that is to be delivered are not where they were written."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"There are no files of the issue in {folder}. Put them back, then deliver again.")


class NobodyToDeliverTo(StatshopError):
    """Digests are to be delivered, and the settings name nobody."""

    def __init__(self) -> None:
        super().__init__("The settings name nobody to deliver to: set delivery.recipients, delivery.host and sender.")


class NotATag(StatshopError):
    """A tag was named that the rules do not know."""

    def __init__(self, words: str, near: str) -> None:
        self.words, self.near = words, near
        meant = f" Was {near!r} meant?" if near else ""
        super().__init__(f"The rules know no tag {words!r}.{meant}")


class SeveralTags(StatshopError):
    """An id is that of a tag in several dimensions."""

    def __init__(self, words: str, tags: tuple[str, ...]) -> None:
        self.words, self.tags = words, tags
        super().__init__(f"{words!r} is the id of several tags. Name one in full: {', '.join(tags)}.")


class NotAnAddress(StatshopError):
    """What was named as somebody's address is none."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(f"{words!r} is not an address. Name one whole: ann@example.org.")


class FolderInUse(StatshopError):
    """Files of a new team are to be written where some stand already."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} holds config.toml or rules already. Name an empty folder: nothing is overwritten.")


class AnswersUnusable(StatshopError):
    """What a new team said would make rules with mistakes: what was said, the reason and what to say instead, each."""

    def __init__(self, mistakes: tuple[tuple[str, str, str], ...]) -> None:
        self.mistakes = mistakes
        lines = (
            f"  {said}: {reason}" + (f"; write {instead}" if instead else "") for said, reason, instead in mistakes
        )
        super().__init__("\n".join(["What you said makes no rules that can be used, so nothing was written:", *lines]))


class AnswerMissing(StatshopError):
    """Something a new team has to say is missing, and there is nobody to ask."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"Say --{name}: there is no terminal to ask at. `statshop init --help` shows what it takes.")


class TitleMissing(StatshopError):
    """Something a new team names has no title with a letter or digit in it, of which its id could be made."""

    def __init__(self, name: str) -> None:
        super().__init__(f'A --{name} has no title. Write --{name} "Title" or "Title; further words, by commas".')


class NoQueue(StatshopError):
    """Workers were asked for where there is no PostgreSQL."""

    def __init__(self) -> None:
        super().__init__(
            "Workers take their jobs from PostgreSQL, and the settings name SQLite: there the schedule does everything "
            "itself. Set storage.url to postgresql+psycopg://… to share the work out."
        )


class OptionsApart(StatshopError):
    """An option was given that does nothing beside, or without, another."""

    def __init__(self, option: str, why: str) -> None:
        super().__init__(f"{option} {why}. Nothing was done.")


class MoveElsewhere(StatshopError):
    """`statshop move` was called with settings that name SQLite."""

    def __init__(self) -> None:
        super().__init__(
            "The settings name SQLite, and a move is to PostgreSQL. Set storage.url to postgresql+psycopg://… first; "
            "an SQLite file is put in the place of another by `statshop restore`."
        )


class NoWorker(StatshopError):
    """Jobs are handed to workers, and none gives a sign of life."""

    def __init__(self) -> None:
        super().__init__("No worker gives a sign of life. Start `statshop worker` on any machine with these settings.")


class ClocksDiffer(StatshopError):
    """This machine and the database tell different times."""

    def __init__(self, seconds: float) -> None:
        which = "ahead of" if seconds > 0 else "behind"
        super().__init__(
            f"This machine's clock is {abs(seconds):.0f} seconds {which} the database's. What runs on one machine "
            "would be taken for dead on another, and jobs tried again too late: set the clocks by NTP."
        )


class StretchesFailed(StatshopError):
    """Parts of a large work failed for good; the others are done."""

    def __init__(self, kind: str, count: int) -> None:
        super().__init__(
            f"{count} parts of the {kind} failed however often they were tried; all others are done. "
            f"`statshop jobs --failed` says why; once that is mended, `statshop {kind}` goes on with them."
        )


class ArchiveUnseen(StatshopError):
    """A worker does not see the files of an archive that another process was asked to import."""

    def __init__(self, machine: str) -> None:
        super().__init__(
            f"The worker on {machine} does not see the files of this archive, or may not read them; nothing of them "
            "was set aside. Put them where all workers see and may read them (a service sees neither /home nor /tmp), "
            "or import them with --here on the machine that has them."
        )


class OtherRules(StatshopError):
    """A worker has other rules than the machine that began a large work."""

    def __init__(self) -> None:
        super().__init__(
            "This worker has other rules, second opinion or settings than the machine that began the work. "
            "Give all machines the same files and settings; the work then goes on."
        )
