"""The numbers that messages had in a database which a backup has replaced: mail that comes again gets its own back.

What was published names messages by their numbers. If other mail were given them, one person's words would be taken for
another's when somebody asks for theirs to be taken out, and later issues would be compared with the wrong messages.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import delete, func, select
from sqlmodel import Session

from storage import models as m
from storage.facts import keep_fact
from storage.plain import Plain
from storage.sql import in_chunks, insert_all

GIVEN = "message numbers given"  # the fact that says up to which: they are given to no other mail
OF = "number of "  # begins the facts of single mails


@dataclass(frozen=True, kw_only=True, slots=True)
class HadNumber:
    """A mail that the backup does not hold: the number it had, and the issues that counted it."""

    mail_sha256: str
    id: int
    issues: tuple[int, ...] = ()


class Numbers:
    """The numbers of the messages of one transaction; costs one query where no database was ever replaced.

    Only SQLite's are chosen here: its writer is alone. A database that was moved to PostgreSQL counts on from the last.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._next: int | None = None  # 0: the database numbers them
        self._had: dict[str, HadNumber | None] = {}

    def of(self, mail_sha256: str) -> Plain:
        """Give the number that a new message is to have, as its column; nothing where the database is to choose."""
        if self._next is None:
            on_sqlite = self._session.get_bind().dialect.name == "sqlite"
            given = numbers_given(self._session) if on_sqlite else 0
            self._next = max(given, last_number(self._session)) + 1 if given else 0
        if not self._next:
            return {}
        had = self._had_by(mail_sha256)
        if had is not None:
            return {"id": had.id}
        self._next += 1
        return {"id": self._next - 1}

    def counted(self, mails: Iterable[tuple[int, str]]) -> list[Plain]:
        """Give the rows that say which issues counted these messages, when they had come the first time."""
        found = ((number, self._had.get(mail)) for number, mail in mails)
        return [{"issue_id": issue, "message_id": number} for number, had in found if had for issue in had.issues]

    def _had_by(self, mail_sha256: str) -> HadNumber | None:
        if mail_sha256 not in self._had:
            row = m.fact.c
            told = self._session.connection().execute(select(row.value).where(row.name == OF + mail_sha256)).scalar()
            number, *issues = map(int, told.split()) if told else (0,)
            had = HadNumber(mail_sha256=mail_sha256, id=number, issues=tuple(issues))
            self._had[mail_sha256] = had if told else None
        return self._had[mail_sha256]


def keep_numbers(session: Session, given: int, had: Iterable[HadNumber]) -> None:
    """Write down up to which number messages were numbered, and which number single mails had."""
    keep_fact(session, GIVEN, str(max(given, numbers_given(session))))
    for some in in_chunks(had, 500):
        _keep_had(session, some)


def _keep_had(session: Session, had: Iterable[HadNumber]) -> None:
    """Write numbers down, with the issues that are noted already as well."""
    new: dict[str, HadNumber] = {}
    for one in had:
        known = new.get(one.mail_sha256, one)
        new[one.mail_sha256] = replace(one, issues=tuple(dict.fromkeys((*known.issues, *one.issues))))
    row, do = m.fact.c, session.connection().execute
    noted = row.name.in_([OF + mail for mail in new])
    for stands in numbers_among((name, value) for name, value in do(select(row.name, row.value).where(noted))):
        issues = (*stands.issues, *new[stands.mail_sha256].issues)
        new[stands.mail_sha256] = replace(stands, issues=tuple(dict.fromkeys(issues)))
    do(delete(m.fact).where(noted))
    facts = [{"name": OF + one.mail_sha256, "value": " ".join(map(str, (one.id, *one.issues)))} for one in new.values()]
    insert_all(session, m.fact, facts)


def numbers_given(session: Session) -> int:
    """Give the last number that a replaced database gave; 0 where none was replaced."""
    found = session.connection().execute(select(m.fact.c.value).where(m.fact.c.name == GIVEN)).scalar()
    return int(found or 0)


def last_number(session: Session) -> int:
    """Give the last number of the messages that are here; 0 where there are none."""
    return int(session.connection().execute(select(func.max(m.message.c.id))).scalar() or 0)


def forget_numbers(session: Session, mails: Collection[str]) -> None:
    """Take away what is noted of mails that are erased: a digest tells whoever has the mail that it was here."""
    session.connection().execute(delete(m.fact).where(m.fact.c.name.in_([OF + mail for mail in mails])))


def forget_numbers_of(session: Session, is_erased: Callable[[str], bool]) -> None:
    """Take away what is noted of mails that were erased, also of those that are not here."""
    row = m.fact.c
    noted = session.connection().execute(select(row.name, row.value).where(row.name.startswith(OF, autoescape=True)))
    facts = ((name, value) for name, value in noted)
    erased = [had.mail_sha256 for had in numbers_among(facts) if is_erased(had.mail_sha256)]
    for some in in_chunks(erased, 500):
        forget_numbers(session, some)


def numbers_among(facts: Iterable[tuple[str, str]]) -> Iterator[HadNumber]:
    """Give the numbers that are noted among the facts of a database."""
    for name, value in facts:
        if name.startswith(OF):
            number, *issues = map(int, value.split())
            yield HadNumber(mail_sha256=name.removeprefix(OF), id=number, issues=tuple(issues))
