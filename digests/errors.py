"""What can go wrong with a digest, each as a sentence that says what to do."""

from dataclasses import dataclass
from pathlib import Path


class DigestError(Exception):
    """Begin every error of this folder."""


@dataclass
class NotAMonth(DigestError):
    """The words do not name a month."""

    month: str

    def __str__(self) -> str:
        """Say it in words."""
        return f'"{self.month}" is not a month: write the year and the month as 2011-03.'


@dataclass
class MonthsReversed(DigestError):
    """A run of months ends before it begins."""

    first: str
    last: str

    def __str__(self) -> str:
        """Say it in words."""
        return f"{self.first} is later than {self.last}: give the earlier month first."


@dataclass
class MonthNotOver(DigestError):
    """A month was to be issued before it had ended."""

    month: str

    def __str__(self) -> str:
        """Say it in words."""
        return f"{self.month} is not over in London: it can be drafted now and issued when the month has ended."


@dataclass
class MonthNotBegun(DigestError):
    """A draft was asked for of a month that has not begun."""

    month: str

    def __str__(self) -> str:
        """Say it in words."""
        return f"{self.month} has not begun in London: there is nothing to draft."


@dataclass
class MonthUnknown(DigestError):
    """A month was to be issued of which nothing is held, nor of any month before it."""

    month: str

    def __str__(self) -> str:
        """Say it in words."""
        return (
            f"No mail of {self.month} is held, and none from before: whether any came is not known, and an issue would "
            "say that none did. Nothing was issued. Poll the mailbox or import its mail first."
        )


@dataclass
class NumberNotFound(DigestError):
    """No table has the row and the column that were asked for."""

    asked: str
    known: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Say it in words."""
        nearest = f" Nearest known: {', '.join(self.known)}." if self.known else ""
        return f'No number stands under "{self.asked}": write a row and a column, as "cohesion × academia".{nearest}'


@dataclass
class NoSuchIssue(DigestError):
    """A number of an issue was asked for that was not made."""

    month: str
    number: int
    known: tuple[int, ...] = ()

    def __str__(self) -> str:
        """Say it in words."""
        known = f"It has: {', '.join(map(str, self.known))}." if self.known else "It has not been issued."
        return f"{self.month} has no issue {self.number}. {known}"


@dataclass
class AlreadyIssued(DigestError):
    """Files of an issue stand there already and are never rewritten."""

    month: str
    folder: str

    def __str__(self) -> str:
        """Say it in words."""
        return f"An issue of {self.month} stands in {self.folder}: issued files are never rewritten."


@dataclass
class FilesOfUnknownIssue(DigestError):
    """Where an issue's files would lie others lie, of an issue that this database does not know."""

    month: str
    folder: str

    def __str__(self) -> str:
        """Say it in words."""
        return (
            f"{self.folder} holds files of an issue of {self.month} that this database does not know: perhaps it was "
            "restored from an older backup, or is new. Nothing was issued. Restore the newer database, or move the "
            "folder away if it was never published."
        )


@dataclass
class IssueStands(DigestError):
    """The month has been issued, perhaps by another process a moment ago."""

    month: str
    number: int
    mailbox: str = ""  # by its name in the settings; empty: the issue is over all

    def __str__(self) -> str:
        """Say it in words."""
        mailbox = f"--mailbox {self.mailbox} " if self.mailbox else ""
        return (
            f"{self.month} has been issued (issue {self.number}). "
            f"A further issue publishes its revisions: statshop digest {self.month} {mailbox}--issue --again"
        )


@dataclass
class NoSuchChannel(DigestError):
    """An agenda was asked for that the rules know no way of engagement for."""

    channel: str
    known: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Say it in words."""
        return f'The rules know no channel "{self.channel}". They know: {", ".join(self.known)}.'


@dataclass
class AuditFailed(DigestError):
    """What was published contradicts itself, so that an audit cannot say what can be worked out of it."""

    why: str

    def __str__(self) -> str:
        """Say it in words."""
        return f"The audit of the public editions came to no end ({self.why}): nothing was published."


@dataclass
class IssueUnreadable(DigestError):
    """The files of an issue from which words are to be taken are missing or damaged."""

    folder: str
    why: str
    written: tuple[Path, ...] = ()  # what of the issue could be written again all the same

    def __str__(self) -> str:
        """Say it in words."""
        return (
            f"{self.folder} cannot be read ({self.why}), so no words were taken out of it: put its files back from a "
            "copy, or delete them."
        )


@dataclass
class NotRedacted(DigestError):
    """Words could not be taken out of some issues; out of all others they were."""

    whys: tuple[str, ...]

    def __str__(self) -> str:
        """Say it in words."""
        return " ".join(why if why.endswith(".") else f"{why}." for why in self.whys)


@dataclass
class PdfSupportMissing(DigestError):
    """The library that prints PDF files cannot be used."""

    why: str

    def __str__(self) -> str:
        """Say it in words."""
        return (
            f"PDF files cannot be made ({self.why}). Install the extra, pip install 'statshop-triage[pdf]', and the "
            "system's Pango (Debian: libpango-1.0-0, libpangoft2-1.0-0), or set digests.pdf = false."
        )
