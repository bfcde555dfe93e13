"""The mailboxes that the settings named at any time: since when, and whether they had rules of their own.

Mail stays when a mailbox is closed or gets another name; what is known of it here says how its mail was read.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.facts import keep_fact
from storage.renaming import rename_runs

_PREFIX = "mailbox "


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownMailbox:
    """A mailbox: the account of its mail, its name, whether rules of its own read it, and since when it is known."""

    account: str
    name: str
    own_rules: bool
    since: datetime


def whose(account: str) -> str:
    """Give the part of an account's name that stands for the user and the host of its mail."""
    return account.rpartition("-")[2]


def first_name(account: str) -> str:
    """Give the part of an account's name that is the first name of its mailbox."""
    return account.rpartition("-")[0]


def know_mailboxes(
    store: Store, named: Iterable[KnownMailbox], formerly: Mapping[str, Collection[str]] | None = None
) -> None:
    """Write down the mailboxes that the settings name now; those that are known stay known since they were first.

    `formerly` gives, by account, the names that a mailbox had: what ran under the one that is known runs under the new
    one from now on. Without it the known name stays, since a process with earlier settings may go on a while.
    """
    known, former = known_mailboxes(store), formerly or {}
    named = [_with_its_name(one, known.get(one.account), former.get(one.account, ())) for one in named]
    changed = [one for one in named if _says(one) != _says(known.get(one.account))]
    if changed:
        store.write(lambda session: _keep(session, changed, known))


def accounts_read(store: Store) -> frozenset[str]:
    """Give the accounts of which a folder was read at any time."""
    row = m.folder.c
    with store.reading() as session:
        found = select(row.account).where(row.uidvalidity.is_not(None)).distinct()
        return frozenset(session.connection().execute(found).scalars())


def known_mailboxes(store: Store) -> Mapping[str, KnownMailbox]:
    """Give the mailboxes that the settings named at any time, by account."""
    fact = m.fact.c
    with store.reading() as session:
        rows = session.connection().execute(
            select(fact.name, fact.value).where(fact.name.startswith(_PREFIX)).order_by(fact.name)
        )
        return {(account := row.name.removeprefix(_PREFIX)): _known(account, row.value) for row in rows}


def _with_its_name(box: KnownMailbox, known: KnownMailbox | None, former: Collection[str]) -> KnownMailbox:
    return box if known is None or known.name in former else replace(box, name=known.name)


def _says(box: KnownMailbox | None) -> tuple[str, bool] | None:
    return None if box is None else (box.name, box.own_rules)


def _keep(session: Session, boxes: Iterable[KnownMailbox], known: Mapping[str, KnownMailbox]) -> None:
    for box in boxes:
        before = known.get(box.account)
        since = before.since if before else box.since
        if before is not None and before.name != box.name:
            rename_runs(session, before.name, box.name)
        value = json.dumps({"name": box.name, "own_rules": box.own_rules, "since": since.isoformat()})
        keep_fact(session, _PREFIX + box.account, value)


def _known(account: str, value: str) -> KnownMailbox:
    plain = json.loads(value)
    since = datetime.fromisoformat(plain["since"])
    return KnownMailbox(account=account, name=plain["name"], own_rules=plain["own_rules"], since=since)
