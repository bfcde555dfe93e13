"""Up to where stored mail was marked or moved on its server: what people undo there afterwards stays undone."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select

from storage import models as m
from storage.engine import Store
from storage.facts import keep_fact
from storage.sql import in_chunks
from storage.text import clean

_PREFIX = "after_store "


@dataclass(frozen=True, kw_only=True, slots=True)
class MarkedUpto:
    """Which messages of a folder were marked, in which way: all up to `last_uid`, but for those that were `left`."""

    how: str
    uidvalidity: int
    last_uid: int = 0
    left: frozenset[int] = frozenset()


def marked_upto(store: Store, account: str, folder: str) -> MarkedUpto | None:
    """Tell what was marked of a folder; None where nothing ever was."""
    with store.reading() as session:
        value = session.connection().execute(select(m.fact.c.value).where(m.fact.c.name == _name(account, folder)))
        kept = value.scalar()
    if kept is None:
        return None
    known = json.loads(kept)
    return MarkedUpto(**{**known, "left": frozenset(_members(known["left"]))})


def keep_marked(store: Store, account: str, folder: str, marked: MarkedUpto) -> None:
    """Write down what was marked of a folder."""
    left = _runs(sorted(marked.left))
    value = {"how": marked.how, "uidvalidity": marked.uidvalidity, "last_uid": marked.last_uid, "left": left}
    store.write(lambda session: keep_fact(session, _name(account, folder), json.dumps(value)))


def come_back(store: Store, account: str, folder: str, marked: MarkedUpto, uids: Collection[int]) -> frozenset[int]:
    """Give those of `uids` whose mail lay in this folder before and was marked there: somebody put it back."""
    before, place = m.slot.alias(), m.folder.c
    uid, uidvalidity = m.slot.c.uid, m.slot.c.uidvalidity
    here = (place.account == account) & (place.name == clean(folder)) & (m.slot.c.folder_id == place.id)
    same = (before.c.message_id == m.slot.c.message_id) & (before.c.folder_id == m.slot.c.folder_id)
    earlier = (before.c.uidvalidity == uidvalidity) & (before.c.uid <= marked.last_uid)
    lay = select(uid, before.c.uid).where(here, same, earlier, uidvalidity == marked.uidvalidity)
    found: set[int] = set()
    with store.reading() as session:
        for chunk in in_chunks(sorted(uids), 500):
            rows = session.connection().execute(lay.where(uid.in_(chunk)))
            found |= {back for back, once in rows if once not in marked.left}
    return frozenset(found)


def _runs(uids: Collection[int]) -> list[list[int]]:
    """Write ascending UIDs as the first and last of each run of neighbours: all old mail of a folder may be left."""
    runs = (list(run) for _, run in groupby(enumerate(uids), lambda place: place[1] - place[0]))
    return [[run[0][1], run[-1][1]] for run in runs]


def _members(left: Iterable[int | list[int]]) -> Iterable[int]:
    """Give the UIDs of runs; a number that stands alone, as they were written before, is itself."""
    for one in left:
        yield from [one] if isinstance(one, int) else range(one[0], one[1] + 1)


def _name(account: str, folder: str) -> str:
    return f"{_PREFIX}{account} {clean(folder)}"
