"""What mailboxes say to each other: tables that would read the same mail twice, and names that mailboxes had. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """What is compared of a mailbox's table; `formerly` None: it says nothing of former names."""

    host: str
    port: int
    user: str
    folders: tuple[str, ...]
    formerly: tuple[str, ...] | None

    @property
    def server(self) -> tuple[str, int, str]:
        """Say whose mail it is: upper and lower case are one, as in the name of its account."""
        return self.host.lower(), self.port, self.user.lower()


@dataclass(frozen=True, kw_only=True, slots=True)
class Mistake:
    """A key below `mailboxes` and what is wrong with it, in words."""

    key: tuple[str, ...]
    words: str


def mistakes_between(tables: Mapping[str, Table]) -> Iterator[Mistake]:
    """Say which tables cannot stand beside each other."""
    for (one, first), (other, second) in combinations(tables.items(), 2):
        yield from _read_twice(one, first, other, second)
    for name, table in tables.items():
        yield from _named_again(name, table)
        yield from _former(name, table.formerly or (), tables)


def _read_twice(one: str, first: Table, other: str, second: Table) -> Iterator[Mistake]:
    theirs = {_folder(folder) for folder in first.folders}
    both = [folder for folder in second.folders if _folder(folder) in theirs]
    if both and first.server == second.server:
        yield Mistake(
            key=(other, "folders"),
            words=f"names {', '.join(both)} of the same user on the same host as mailboxes.{one}: both would read this "
            "mail. Name each folder in one of them, or take one away.",
        )


def _named_again(name: str, table: Table) -> Iterator[Mistake]:
    for folder, times in Counter(map(_folder, table.folders)).items():
        if times > 1:
            yield Mistake(key=(name, "folders"), words=f"names {folder} twice: name it once.")


def _former(name: str, names: tuple[str, ...], tables: Mapping[str, Table]) -> Iterator[Mistake]:
    for former, times in Counter(names).items():
        if times > 1:
            yield _mistake(name, f"names {former} twice: name each once, the oldest first.")
        if former != name and former in tables:
            yield _mistake(name, f"names {former}, which is a mailbox of its own: take that table away, or the name.")
        others = [other for other, table in tables.items() if other != name and former in (table.formerly or ())]
        if others and others[0] < name:
            yield _mistake(name, f"names {former}, and so does mailboxes.{others[0]}: one of them had this name.")


def _mistake(name: str, words: str) -> Mistake:
    return Mistake(key=(name, "formerly"), words=words)


def _folder(name: str) -> str:
    """Write a folder as a server compares it: of INBOX alone upper and lower case are one (RFC 3501, 5.1)."""
    return name.upper() if name.upper() == "INBOX" else name
