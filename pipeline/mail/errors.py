"""The errors of the mail side: each a sentence a statistician understands."""

from datetime import date

_FOLDERS_NAMED = 30


class MailError(Exception):
    """Stand above every error of the mail side."""


class UnreadableMessage(MailError):
    """Say why a message cannot be read at all; it is set aside whole, for a person.

    `reason` completes the sentence "This message cannot be read: it ...".
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"This message cannot be read: it {self.reason}."

    def __reduce__(self) -> tuple[type["UnreadableMessage"], tuple[str]]:
        return type(self), (self.reason,)


class MailboxError(MailError):
    """Stand above what goes wrong with a mailbox; `retryable` says whether trying again later can help."""

    retryable = False


class MailboxUnreachable(MailboxError):
    """The server cannot be reached at all. `reason` completes "because"."""

    retryable = True

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(host, port, reason)
        self.host, self.port, self.reason = host, port, reason

    def __str__(self) -> str:
        return (
            f"The mail server {self.host} cannot be reached on port {self.port}: {self.reason}. "
            "Check host, port and security in the settings, and the network."
        )


class ConnectionLost(MailboxError):
    """The server ended or broke the connection, or fell `silent`; what was not stored yet is fetched again."""

    retryable = True

    def __init__(self, host: str, reason: str, *, silent: bool = False) -> None:
        super().__init__(host, reason)
        self.host, self.reason, self.silent = host, reason, silent

    def __str__(self) -> str:
        return (
            f"The connection to the mail server {self.host} broke: {self.reason}. "
            "Nothing is lost; the next poll goes on from here."
        )


class MailboxBusy(MailboxError):
    """The server is there but will not serve us now (too many connections, no backend, an internal error)."""

    retryable = True

    def __init__(self, host: str, words: str, *, command: str = "") -> None:
        super().__init__(host, words)
        self.host, self.words, self.command = host, words, command

    def __str__(self) -> str:
        return f'The mail server {self.host} cannot serve us now. It says: "{self.words}". We try again later.'


class Throttled(MailboxError):
    """The server asks for a pause of `seconds`."""

    retryable = True

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(host, seconds)
        self.host, self.seconds = host, seconds

    def __str__(self) -> str:
        return f"The mail server {self.host} asks us to wait {self.seconds:.0f} seconds before going on."


class SignInRefused(MailboxError):
    """The server refused the sign-in. Not tried again: repeated wrong passwords lock accounts."""

    def __init__(self, mailbox: str, words: str) -> None:
        super().__init__(mailbox, words)
        self.mailbox, self.words = mailbox, words

    def __str__(self) -> str:
        return (
            f'The mail server refused the sign-in to mailbox {self.mailbox!r}. It says: "{self.words}". '
            "Check the user and the password or token in the settings; we do not try again by ourselves."
        )


class SecretMissing(MailboxError):
    """Nothing to sign in with is given: no server is asked, since that would count as a wrong password."""

    def __init__(self, mailbox: str, what: str) -> None:
        super().__init__(mailbox, what)
        self.mailbox, self.what = mailbox, what

    def __str__(self) -> str:
        variable = f"STATSHOP_MAILBOXES__{self.mailbox.upper()}__{self.what}"
        return (
            f"There is nothing to sign in to mailbox {self.mailbox!r} with. "
            f"Set the variable {variable}, or {variable}_FILE to the name of a file that holds it."
        )


class TokenUnavailable(MailboxError):
    """No access token could be had. `reason` is a whole sentence without its full stop."""

    def __init__(self, mailbox: str, reason: str) -> None:
        super().__init__(mailbox, reason)
        self.mailbox, self.reason = mailbox, reason

    def __str__(self) -> str:
        return f"There is no access token for mailbox {self.mailbox!r}: {self.reason}."


class PlaintextRefused(MailboxError):
    """We will not send mail or a password over the network in plain text."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(host, reason)
        self.host, self.reason = host, reason

    def __str__(self) -> str:
        return (
            f"We do not talk to {self.host} without encryption: {self.reason}. "
            'Set security = "tls" (or "starttls"); "plain" is for a server on this very machine.'
        )


class CertificateRefused(MailboxError):
    """The server's certificate does not prove who it is. `reason` completes "because"."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(host, reason)
        self.host, self.reason = host, reason

    def __str__(self) -> str:
        return (
            f"The certificate of the mail server {self.host} is not accepted: {self.reason}. Nothing was sent to it. "
            "Ask who runs the server; if it has a private authority, name its file as ca_file."
        )


class CaFileUnreadable(MailboxError):
    """The file of certificate authorities cannot be used."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"The ca_file {self.path} cannot be used: {self.reason}. It has to hold certificates in PEM form."


class FolderError(MailboxError):
    """Stand above what goes wrong with one folder: the others of its mailbox can be read."""


class FoldersFailed(MailboxError):
    """Several folders of a mailbox could not be read, each for a reason of its own; the others were."""

    def __init__(self, errors: tuple[MailboxError, ...]) -> None:
        super().__init__(errors)
        self.errors = errors

    def __str__(self) -> str:
        return " ".join(str(error) for error in self.errors)


class FolderMissing(FolderError):
    """The mailbox has no such folder; `existing` are those it has."""

    def __init__(self, folder: str, existing: tuple[str, ...]) -> None:
        super().__init__(folder, existing)
        self.folder, self.existing = folder, existing

    def __str__(self) -> str:
        there = ", ".join(self.existing[:_FOLDERS_NAMED]) or "none that we may see"
        more = f" and {len(self.existing) - _FOLDERS_NAMED} more" if len(self.existing) > _FOLDERS_NAMED else ""
        return f"The mailbox has no folder {self.folder!r}. It has: {there}{more}."


class FolderRefused(FolderError):
    """The server has a folder and does not open it for us, as where we have no right to read it."""

    def __init__(self, folder: str, words: str) -> None:
        super().__init__(folder, words)
        self.folder, self.words = folder, words

    def __str__(self) -> str:
        return (
            f'The mail server does not open folder {self.folder!r}. It says: "{self.words}". '
            "Ask for the right to read it for the user that the settings name, or take it out of folders."
        )


class FolderRebuilt(FolderError):
    """A folder got another UIDVALIDITY between two commands of one poll."""

    retryable = True

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.folder = folder

    def __str__(self) -> str:
        return f"Folder {self.folder!r} was rebuilt on the server while we read it. The next poll reads it anew."


class MailboxChanged(FolderError):
    """A folder changed so much that going on could do harm: a person has to look first."""

    def __init__(self, folder: str, reason: str, override: str) -> None:
        super().__init__(folder, reason, override)
        self.folder, self.reason, self.override = folder, reason, override

    def __str__(self) -> str:
        return f"Folder {self.folder!r} was not polled: {self.reason}. If that is as it should be, {self.override}."


class SinceAhead(MailboxError):
    """The day from which on mail is read has not come."""

    def __init__(self, mailbox: str, since: date) -> None:
        super().__init__(mailbox, since)
        self.mailbox, self.since = mailbox, since

    def __str__(self) -> str:
        return (
            f"The setting since of mailbox {self.mailbox!r} is {self.since:%-d %B %Y}, which is still to come: "
            "no mail is read that arrived before it."
        )


class NotMarked(FolderError):
    """What `after_store` asks for is not done on the server; the mail itself is stored. `reason` is a clause."""

    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(folder, reason)
        self.folder, self.reason = folder, reason

    def __str__(self) -> str:
        why = self.reason.rstrip(".")
        return f"Stored mail of folder {self.folder!r} is not marked or moved as after_store asks: {why}."


class MessageGone(MailboxError):
    """A message that a person asked for is not where it was. `reason` is a whole sentence without its full stop."""

    def __init__(self, folder: str, uid: int, reason: str) -> None:
        super().__init__(folder, uid, reason)
        self.folder, self.uid, self.reason = folder, uid, reason

    def __str__(self) -> str:
        return f"Message {self.uid} of folder {self.folder!r} cannot be fetched: {self.reason}."


class UnknownCharset(MailError):
    """A charset was asked for that there is not."""

    def __init__(self, charset: str) -> None:
        super().__init__(charset)
        self.charset = charset

    def __str__(self) -> str:
        return f"There is no charset {self.charset!r}. Usual ones are utf-8, windows-1252, iso-8859-15 and utf-16."


class ServerRefused(MailboxError):
    """The server refused a command with words we do not know better."""

    def __init__(self, host: str, command: str, words: str) -> None:
        super().__init__(host, command, words)
        self.host, self.command, self.words = host, command, words

    def __str__(self) -> str:
        return f'The mail server {self.host} refused the command {self.command}. It says: "{self.words}".'


class WriteRefused(MailboxError):
    """Something would change the mailbox though the settings do not allow it."""

    def __init__(self, mailbox: str) -> None:
        super().__init__(mailbox)
        self.mailbox = mailbox

    def __str__(self) -> str:
        allow = "To mark or move stored messages set write = true, to save drafts write_drafts = true as well."
        return f"Mailbox {self.mailbox!r} is read only here. {allow}"


class ArchiveError(MailError):
    """Stand above what goes wrong with an archive of messages."""


class NotAnArchive(ArchiveError):
    """A path holds no messages that we can read. `reason` completes "because it"."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return (
            f"{self.path} is not an archive of messages: it {self.reason}. "
            "Give an .eml or .msg file, an mbox, a Maildir, or a folder of them."
        )


class ArchiveUnreadable(ArchiveError):
    """A file of an archive cannot be read now; the others can, and a second import goes on with it."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return (
            f"{self.path} cannot be read: {self.reason}. Import it again once that is mended; nothing is stored twice."
        )


class NotAlone(ArchiveError):
    """A message lies in a file with others: the file cannot be filed for it. `byte` counts from 1."""

    def __init__(self, path: str, byte: int) -> None:
        super().__init__(path, byte)
        self.path, self.byte = path, byte

    def __str__(self) -> str:
        return (
            f"{self.path} is an mbox: other messages lie in it, so that it cannot be filed whole as one. The message "
            f"begins at byte {self.byte} (tail -c +{self.byte} gives all from there): write it to a file of its own, "
            "without attachments where it is too large, and import that."
        )


class MsgSupportMissing(ArchiveError):
    """Outlook's .msg files need a library that is not installed."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return (
            f"{self.path} is an Outlook .msg file, and the library that reads those is not installed. "
            "Install it with: pip install 'statshop-triage[msg]' (its licence is the GPL)."
        )
