"""The mailboxes that the settings named at any time: since when, and whether they had rules of their own.

Mail stays when a mailbox is closed or gets another name; what is known of it here says how its mail was read.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.sql import insert_once

_PREFIX = "mailbox "


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownMailbox:
    """A mailbox: the account of its mail, its name, whether rules of its own read it, and since when it is known."""

    account: str
    name: str
    own_rules: bool
    since: datetime


def know_mailboxes(store: Store, named: Iterable[KnownMailbox]) -> None:
    """Write down the mailboxes that the settings name now; those that are known stay known since they were first."""
    known = known_mailboxes(store)
    changed = [one for one in named if _says(one) != _says(known.get(one.account))]
    if changed:
        store.write(lambda session: _keep(session, changed, known))


def known_mailboxes(store: Store) -> Mapping[str, KnownMailbox]:
    """Give the mailboxes that the settings named at any time, by account."""
    fact = m.fact.c
    with store.reading() as session:
        rows = session.connection().execute(
            select(fact.name, fact.value).where(fact.name.startswith(_PREFIX)).order_by(fact.name)
        )
        return {(account := row.name.removeprefix(_PREFIX)): _known(account, row.value) for row in rows}


def _says(box: KnownMailbox | None) -> tuple[str, bool] | None:
    return None if box is None else (box.name, box.own_rules)


def _keep(session: Session, boxes: Iterable[KnownMailbox], known: Mapping[str, KnownMailbox]) -> None:
    fact = m.fact.c
    for box in boxes:
        since = known[box.account].since if box.account in known else box.since
        value = json.dumps({"name": box.name, "own_rules": box.own_rules, "since": since.isoformat()})
        row = {"name": _PREFIX + box.account, "value": value}
        if insert_once(session, m.fact, row, fact.name) is None:
            session.connection().execute(update(m.fact).where(fact.name == row["name"]).values(value=value))


def _known(account: str, value: str) -> KnownMailbox:
    plain = json.loads(value)
    since = datetime.fromisoformat(plain["since"])
    return KnownMailbox(account=account, name=plain["name"], own_rules=plain["own_rules"], since=since)
