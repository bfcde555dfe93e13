"""What the store can fail at, as sentences for people. SQLAlchemy's own errors never leave this package."""

from pathlib import Path

from storage.records import StoredMessage


class StorageError(Exception):
    """Tell that the database refused something; `reason` names the kind of failure and never holds message text."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The database refused: {reason}.")
        self.reason = reason


class StorageUnreachable(StorageError):
    """Tell that there is no database to talk to; `may_pass` says that its server may only be starting, or cut off."""

    may_pass = False

    def __init__(self, reason: str, *, may_pass: bool = False) -> None:
        self.may_pass = may_pass
        Exception.__init__(
            self, f"The database cannot be reached: {reason}. Check storage.url, and that its server is running."
        )
        self.reason = reason


class FileUnusable(StorageUnreachable):
    """Tell that the file of an SQLite database cannot be opened or written. `reason` goes on with "the file"."""

    def __init__(self, file: Path, reason: str) -> None:
        words = "The account that runs this has to be able to write it and the folder it lies in."
        Exception.__init__(self, f"The database {file} cannot be used: {reason}. {words}")
        self.file, self.reason = file, reason


class DiskReadOnly(FileUnusable):
    """Tell that a file lies on a disk mounted read-only and was to be written, or has a `log` that must be read."""

    def __init__(self, file: Path, log: Path | None = None) -> None:
        held = f", and what was written last may stand in {log.name} beside it" if log else ""
        looks = "" if log else "Commands that only look, such as status and export, work on it there. "
        both = f"{file.name} and {log.name} together" if log else file.name
        Exception.__init__(
            self,
            f"The database {file} lies on a disk that can only be read{held}. {looks}To go on, have the disk mounted "
            f"for writing, or copy {both} to a folder that can be written, and name it in storage.url.",
        )
        self.file, self.reason = file, "its disk can only be read"


class StorageBusy(StorageError):
    """Tell that others held the database for too long; nothing was changed, and the same call may be made again."""

    def __init__(self, reason: str) -> None:
        Exception.__init__(self, f"The database is busy: {reason}. Nothing was changed; try again.")
        self.reason = reason


class DiskFull(StorageError):
    """Tell that the disk under the database is full; the transaction was undone as a whole."""

    def __init__(self, reason: str = "no space left") -> None:
        Exception.__init__(
            self, f"The disk that holds the database is full: {reason}. Nothing was half-written; free some space."
        )
        self.reason = reason


class DatabaseDamaged(StorageError):
    """Tell that the file is not a database, or is a damaged one."""

    def __init__(self, reason: str) -> None:
        Exception.__init__(
            self, f"The database file is damaged or is none: {reason}. Restore the last backup, or name another file."
        )
        self.reason = reason


class DamagedContent(StorageError):
    """Tell that compressed content cannot be unpacked: its bytes are not those that were written."""

    def __init__(self) -> None:
        Exception.__init__(
            self, "Some stored content is damaged and cannot be unpacked. To learn which messages: statshop verify"
        )
        self.reason = "damaged content"


class UnknownDatabase(StorageError):
    """Tell that `storage.url` names a kind of database that we do not serve; never quotes it: it may hold a secret."""

    def __init__(self, reason: str = "names no database that this program knows") -> None:
        words = "Write sqlite:///path/to/file.db, or postgresql+psycopg://user@host/name."
        Exception.__init__(self, f"storage.url {reason}. {words}")
        self.reason = reason


class StorageMoved(StorageError):
    """Tell that all of a file was moved to another database: what would be kept here would be lost there."""

    def __init__(self, to: str, day: str) -> None:
        Exception.__init__(
            self,
            f"The mail of this file was moved to {to} on {day}; nothing is kept here any more. Let storage.url name "
            "that database. To use the file again as it was before the move: statshop move --undo FILE",
        )
        self.reason, self.to, self.day = "moved elsewhere", to, day


class SchemaBehind(StorageError):
    """Tell that the database was made by an older program, or holds no tables yet."""

    def __init__(self, current: str, head: str) -> None:
        made = f"is at revision {current}" if current else "has no tables yet"
        Exception.__init__(self, f"The database {made}, this program needs {head}. Run: statshop upgrade")
        self.reason, self.current, self.head = "schema behind", current, head


class OtherProgramsFile(StorageError):
    """Tell that the SQLite file holds another program's tables: ours, and mail, do not belong among them."""

    def __init__(self, path: Path) -> None:
        Exception.__init__(
            self,
            f"The database {path} holds the tables of another program, and none of this one's; none was touched. "
            "Name another file as storage.url.",
        )
        self.reason = "another program's file"


class SchemaAhead(StorageError):
    """Tell that a newer program has upgraded the database."""

    def __init__(self, current: str, head: str) -> None:
        Exception.__init__(
            self,
            f"The database is at revision {current}, which this program (up to {head}) does not know: "
            "install the newer program that upgraded it.",
        )
        self.reason, self.current, self.head = "schema ahead", current, head


class NoSuchMessage(StorageError):
    """Tell that no message has this number."""

    def __init__(self, message_id: int) -> None:
        Exception.__init__(self, f"There is no message {message_id}.")
        self.reason, self.message_id = "no such message", message_id


class NoSuchSetAside(StorageError):
    """Tell that nothing set aside has this number."""

    def __init__(self, set_aside_id: int) -> None:
        Exception.__init__(self, f"Nothing set aside has the number {set_aside_id}.")
        self.reason, self.set_aside_id = "nothing set aside", set_aside_id


class RawGone(StorageError):
    """Tell that the bytes of a message are no longer held: retention removed them, or it was too large."""

    def __init__(self, message_id: int) -> None:
        Exception.__init__(self, f"The bytes of message {message_id} are not held any more.")
        self.reason, self.message_id = "raw bytes gone", message_id


class StaleDecision(StorageError):
    """Tell that the message changed after the reviewer opened it; `current` is how it stands now."""

    def __init__(self, current: StoredMessage) -> None:
        Exception.__init__(
            self, f"Message {current.id} was changed meanwhile. Nothing was saved; compare the two and decide again."
        )
        self.reason, self.current = "stale decision", current


class NotDecided(StorageError):
    """Tell that no person has decided on a message yet, so that nothing of it may be published."""

    def __init__(self, message_id: int) -> None:
        Exception.__init__(self, f"Nobody has decided on message {message_id} yet.")
        self.reason, self.message_id = "not decided", message_id


class UndoRefused(StorageError):
    """Tell that somebody decided on the same message afterwards."""

    def __init__(self, message_id: int, who: str) -> None:
        Exception.__init__(
            self, f"{who} has decided on message {message_id} since; open it and correct it instead of undoing."
        )
        self.reason, self.message_id, self.who = "decided since", message_id, who


class AlreadyRunning(StorageError):
    """Tell that another live process is doing this job for this mailbox."""

    def __init__(self, job: str, account: str, run_id: int) -> None:
        of = f" of {account}" if account else ""
        Exception.__init__(self, f"Another process is doing this now: {job}{of} (run {run_id}).")
        self.reason, self.job, self.account, self.run_id = "already running", job, account, run_id


class RunTaken(StorageError):
    """Tell a run that its lease ran out and another process took over: it must stop."""

    def __init__(self, run_id: int) -> None:
        Exception.__init__(self, f"Run {run_id} was taken for dead and another took over. It stops here.")
        self.reason, self.run_id = "run taken over", run_id


class SecondReadingRefused(StorageError):
    """Tell that a message does not wait for this person to read it a second time."""

    def __init__(self, message_id: int) -> None:
        Exception.__init__(
            self,
            f"Message {message_id} does not wait to be read a second time by you: it was read already, was decided "
            "by yourself, or is pending again.",
        )
        self.reason, self.message_id = "second reading refused", message_id


class UserExists(StorageError):
    """Tell that the name of a reviewer is taken."""

    def __init__(self, name: str) -> None:
        Exception.__init__(self, f"Somebody has the name {name} already. Choose another.")
        self.reason, self.name = "user exists", name


class NoSuchUser(StorageError):
    """Tell that there is no reviewer of that name or number."""

    def __init__(self, user: str | int) -> None:
        named = "number" if isinstance(user, int) else "name"
        Exception.__init__(self, f"There is nobody of the {named} {user}. To see who there is: statshop user list")
        self.reason, self.user = "no such user", user


class UserRemoved(StorageError):
    """Tell that an administrator has shut this person out."""

    def __init__(self, name: str) -> None:
        Exception.__init__(self, f"{name} may no longer sign in. Give them a role on the page People first.")
        self.reason, self.name = "user removed", name


class LastAdministrator(StorageError):
    """Tell that without this person nobody could administer the page."""

    def __init__(self, name: str) -> None:
        Exception.__init__(self, f"{name} is the only administrator. Make somebody else one first.")
        self.reason, self.name = "last administrator", name


class NoSuchToken(StorageError):
    """Tell that there is no token of that number that stands."""

    def __init__(self, token_id: int) -> None:
        Exception.__init__(self, f"There is no token {token_id} that stands.")
        self.reason, self.token_id = "no such token", token_id


class IssueTaken(StorageError):
    """Tell that this edition was issued already: an issued digest is never rewritten."""

    def __init__(self, month: str, number: int) -> None:
        Exception.__init__(self, f"Issue {number} of {month} stands already; issued figures are never rewritten.")
        self.reason, self.month, self.number = "issue taken", month, number


class BackupElsewhere(StorageError):
    """Tell that PostgreSQL is backed up and restored by its own programs; `command` is the exact one."""

    def __init__(self, command: str) -> None:
        Exception.__init__(self, f"This database is PostgreSQL, which has its own program for this. Run:\n  {command}")
        self.reason, self.command = "PostgreSQL", command


class NoBackup(StorageError):
    """Tell that a file is no backup that can be used."""

    def __init__(self, file: Path, why: str) -> None:
        Exception.__init__(self, f"The backup {file} {why}. Nothing was changed; name another file.")
        self.reason, self.file = why, file


class NoPlaceForBackup(StorageError):
    """Tell that no backup can be written where it was asked for."""

    def __init__(self, file: Path, why: str) -> None:
        Exception.__init__(self, f"No backup can be written to {file}: {why}. Name another file.")
        self.reason, self.file = why, file


class HoldsMore(StorageError):
    """Tell that a backup that is to be replaced holds far more than the database."""

    def __init__(self, file: Path, kept: int, database: Path, held: int) -> None:
        Exception.__init__(
            self,
            f"The backup {file} holds {kept} messages, the database {database} holds {held}: the backup stays. See "
            "whether --config and storage.url name the right database; `backup --replace` replaces it all the same.",
        )
        self.reason, self.file, self.kept, self.held = "holds more", file, kept, held


class HoldsMessages(StorageError):
    """Tell that a database that is to be replaced holds messages."""

    def __init__(self, count: int) -> None:
        Exception.__init__(
            self,
            f"The database holds {count} messages already, and restoring would lose them. "
            "Back it up first, then restore with --replace.",
        )
        self.reason, self.count = "holds messages", count


class NotEmpty(StorageError):
    """Tell that a database that another is to be moved into holds something."""

    def __init__(self, table: str) -> None:
        Exception.__init__(
            self,
            f"The database of the settings holds something already (in its table {table}). Nothing was moved: it must "
            "be an empty one, so that nothing is mixed. Make a new database, or drop this one if it is not needed.",
        )
        self.reason = "not empty"


class NotMovedWhole(StorageError):
    """Tell that a table came over with fewer or more rows than it had."""

    def __init__(self, table: str) -> None:
        Exception.__init__(
            self,
            f"The table {table} did not come over whole, so nothing was kept of the move. Stop every program that uses "
            "the old database, and try again; if it happens again, report it.",
        )
        self.reason = "not moved whole"


class ErasureKeyMissing(StorageError):
    """Tell that people were erased and the key by which their mail is known again is not there, or is another."""

    def __init__(self, file: Path | None) -> None:
        where = f"put {file} back" if file else "set STATSHOP_STORAGE__ERASURE_KEY (32 random bytes or more)"
        Exception.__init__(
            self,
            f"The key of erasures is missing or is another one: {where}. "
            "Without it, mail that was erased would come back from the server; so nothing is fetched.",
        )
        self.reason, self.file = "erasure key missing", file


class WrongErasureKey(StorageError):
    """Tell that a backup cannot be restored with the key of erasures that would be used; `beside` is the backup's own.

    `used` is the file of that key, None where it comes from the settings; `right` says whether `beside` fits.
    """

    def __init__(self, used: Path | None, beside: Path, right: bool) -> None:
        what = f"in {used}" if used else "of STATSHOP_STORAGE__ERASURE_KEY"
        put = f"put a copy of {beside} in its place" if used else f"take that setting away, so that {beside} is used"
        remedy = f"The right one lies in {beside}. Keep the other somewhere safe, {put}, and restore again."
        lost = f"Put the key that was used when the backup was made into {used or 'that setting'}, and restore again."
        Exception.__init__(
            self,
            f"The key of erasures {what} is not the one of this backup: mail that was erased would not be known "
            f"again. Nothing was replaced. {remedy if right else lost}",
        )
        self.reason, self.used, self.beside = "another erasure key", used, beside


class NoSuchWork(StorageError):
    """Tell that no large work has this number."""

    def __init__(self, work_id: int) -> None:
        Exception.__init__(self, f"There is no work {work_id}. `statshop jobs` lists those there are.")
        self.reason, self.work_id = "no such work", work_id
