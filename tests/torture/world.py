"""What happens on the server meanwhile: mail arrives, moves and vanishes, folders are numbered anew; all is remembered.

It speaks to the server directly, not over the bad line, so that it knows what the server held, where, and when.
"""

import hashlib
import imaplib
import random
import re
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from fakes.dovecot import Dovecot

from torture.mails import TWICE_EVERY, mail_of

FOLDERS = ("INBOX", "Archive")
_NUMBER = re.compile(rb"X-Number: (\d+)", re.IGNORECASE)
_UID = re.compile(rb"UID (\d+)")
_PATIENCE = 600  # tries, a tenth of a second apart, to open a folder that is being numbered anew
_LONGEST_ANSWER = 150.0  # seconds; Dovecot itself waits up to 120 for a lock


@dataclass(slots=True)
class Stay:
    """One message in one folder, from when to when (None: it is still there); moments are monotonic.

    `age` counts how often the folder was numbered anew before the message got this UID.
    """

    number: int
    folder: str
    since: float
    uid: int
    age: int
    until: float | None = None

    def covers(self, begun: float, ended: float) -> bool:
        """Say whether the message lay there all the time between two moments."""
        return self.since < begun and (self.until is None or self.until > ended)


@dataclass(slots=True)
class Record:
    """All that was ever delivered: digest by number, and the stays."""

    digests: dict[int, str] = field(default_factory=dict)
    stays: list[Stay] = field(default_factory=list)
    ages: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FOLDERS, 0))

    def places_of(self, digest: str) -> list[tuple[str, int]]:
        """Give the folders and UIDs, as they are numbered now, where a message lay."""
        return [
            (stay.folder, stay.uid)
            for stay in self.stays
            if self.digests[stay.number] == digest and stay.age == self.ages[stay.folder]
        ]

    def there_at_the_end(self) -> set[str]:
        """Give the digests of what lies on the server now."""
        return {self.digests[stay.number] for stay in self.stays if stay.until is None}

    def seen_by(self, polls: list[tuple[float, float]]) -> set[str]:
        """Give the digests of what lay in one folder all through one of the complete polls."""
        return {
            self.digests[stay.number] for stay in self.stays if any(stay.covers(begun, ended) for begun, ended in polls)
        }


class World:
    """The server's side of it, driven by `chance`."""

    def __init__(self, server: Dovecot, user: str, chance: random.Random) -> None:
        self._server, self.user, self._chance = server, user, chance
        self.record = Record()
        self.delivered = self.moved = self.expunged = self.rebuilt = 0
        self._here: dict[str, dict[int, Stay]] = {folder: {} for folder in FOLDERS}  # by UID
        self._sign_in()
        self._client.create("Archive")

    def close(self) -> None:
        """Sign out."""
        with suppress(imaplib.IMAP4.error, OSError):
            self._client.logout()

    def deliver(self) -> None:
        """Let a message arrive; some arrive twice, in two folders."""
        number = self.delivered
        raw = mail_of(number, self._chance)
        self.record.digests[number] = hashlib.sha256(raw).hexdigest()
        places = FOLDERS if number % TWICE_EVERY == 0 else ("INBOX",)
        for folder in places:
            self._client.append(folder, None, None, raw)
            self._look(folder)
        self.delivered += 1

    def move(self) -> None:
        """Move a few messages, as a colleague does."""
        source, target = self._chance.choice([FOLDERS, FOLDERS[::-1]])
        for uid in self._some(source, 4):
            before = time.monotonic()
            self._selected(source, readonly=False)
            self._client.uid("MOVE", str(uid), target)
            self._ends(source, uid, before)
            self._look(target)
            self.moved += 1

    def expunge(self) -> None:
        """Remove a few messages, as a colleague does."""
        folder = self._chance.choice(FOLDERS)
        uids = self._some(folder, 3)
        if not uids:
            return
        before = time.monotonic()
        named = ",".join(map(str, uids))
        self._selected(folder, readonly=False)
        self._client.uid("STORE", named, "+FLAGS.SILENT", "(\\Deleted)")
        self._client.uid("EXPUNGE", named)
        for uid in uids:
            self._ends(folder, uid, before)
        self.expunged += len(uids)

    def rebuild(self) -> None:
        """Lose what the server knows of a folder: it comes back with another UIDVALIDITY, numbered from 1."""
        folder = self._chance.choice(FOLDERS)
        self._client.logout()
        time.sleep(1.1)  # Dovecot's UIDVALIDITY is the second the folder was made in
        maildir = self._server.folder / "mail" / self.user / "Maildir"
        for path in (maildir if folder == "INBOX" else maildir / f".{folder}").glob("dovecot*"):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        self._sign_in()
        stays: dict[int, list[Stay]] = {}
        for stay in self._here[folder].values():
            stays.setdefault(stay.number, []).append(stay)
        self._here[folder] = {uid: stays[number].pop() for uid, number in self._listed(folder, 1).items()}
        self.record.ages[folder] += 1
        for uid, stay in self._here[folder].items():
            stay.uid, stay.age = uid, self.record.ages[folder]
        self.rebuilt += 1

    def _sign_in(self) -> None:
        self._client = imaplib.IMAP4("127.0.0.1", self._server.port, timeout=_LONGEST_ANSWER)
        self._client.login(self.user, "secret")

    def _some(self, folder: str, most: int) -> list[int]:
        uids = sorted(self._here[folder])
        return sorted(self._chance.sample(uids, min(len(uids), self._chance.randint(1, most))))

    def _look(self, folder: str) -> None:
        """Note what has come into a folder since the last look."""
        last = max(self._here[folder], default=0)
        for uid, number in self._listed(folder, last + 1).items():
            age = self.record.ages[folder]
            stay = Stay(number=number, folder=folder, since=time.monotonic(), uid=uid, age=age)
            self._here[folder][uid] = stay
            self.record.stays.append(stay)

    def _ends(self, folder: str, uid: int, at: float) -> None:
        self._here[folder].pop(uid).until = at

    def _selected(self, folder: str, *, readonly: bool = True) -> None:
        """Open a folder to look at it; the server refuses for a moment while it is numbered anew."""
        answer: object = None
        for _ in range(_PATIENCE):
            answer = self._client.select(folder, readonly=readonly)
            if answer[0] == "OK":
                return
            time.sleep(0.1)
            with suppress(imaplib.IMAP4.error, OSError):  # a session that saw the folder vanish may never open it again
                self._client.logout()
            self._sign_in()
        raise AssertionError(f"the server does not open {folder}: {answer}")

    def _answers(self, folder: str, first: int) -> list[Any]:
        """Ask for the numbers of messages; the server ends a session in which a folder is numbered anew."""
        for _ in range(_PATIENCE):
            try:
                self._selected(folder)
                return self._client.uid("FETCH", f"{first}:*", "(UID BODY.PEEK[HEADER.FIELDS (X-Number)])")[1]
            except imaplib.IMAP4.abort:
                time.sleep(0.1)
                self._sign_in()
        raise AssertionError(f"the server does not list {folder}")

    def _listed(self, folder: str, first: int) -> dict[int, int]:
        answers = self._answers(folder, first)
        found = {}
        for answer in answers:
            if isinstance(answer, tuple) and (number := _NUMBER.search(answer[1])):
                uid = _UID.search(answer[0])
                found[int(uid[1]) if uid else 0] = int(number[1])
        return {uid: number for uid, number in found.items() if uid >= first}
