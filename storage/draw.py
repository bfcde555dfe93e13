"""Draw messages at random, and the same ones again: by a digest of the mail under this database's own secret.

Two draws are independent of each other: which messages that pass without a person are checked by one all the same,
and which decided messages a second person reads. A larger share takes all that a smaller one took, and more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2s

from sqlalchemy import select, update
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.facts import keep_fact
from storage.order import queue_rank
from storage.plain import Plain
from storage.senders import SENDERS_FACT, sender_secret
from storage.sql import in_chunks

USUAL_SHARE = 0.05
CHECK, SECOND = "check", "second"
CHUNK = 1000
_WHOLE = 2**64
_COLUMNS = ("drawn_check", "drawn_second")


@dataclass(frozen=True, kw_only=True, slots=True)
class Draw:
    """The shares that are drawn (0 to 1), and the secret without which nobody can tell who will be."""

    secret: bytes = field(repr=False)
    check_share: float = USUAL_SHARE
    second_share: float = USUAL_SHARE

    def checks(self, mail_sha256: str) -> bool:
        """Say whether a person checks this mail even when the rules are sure."""
        return self._place(mail_sha256, CHECK) < self.check_share

    def reads_twice(self, mail_sha256: str) -> bool:
        """Say whether a second person reads this mail once it is decided."""
        return self._place(mail_sha256, SECOND) < self.second_share

    def of(self, mail_sha256: str) -> Plain:
        """Give both answers as columns of the message."""
        return {"drawn_check": self.checks(mail_sha256), "drawn_second": self.reads_twice(mail_sha256)}

    def _place(self, mail_sha256: str, purpose: str) -> float:
        keyed = blake2s(mail_sha256.encode(), key=self.secret, person=purpose.encode(), digest_size=8)
        return int.from_bytes(keyed.digest(), "big") / _WHOLE


def draw_of(store: Store) -> Draw:
    """Give the draw as it is set for this database."""
    facts = _facts(store, SENDERS_FACT, _fact(CHECK), _fact(SECOND))
    secret = bytes.fromhex(facts[SENDERS_FACT]) if SENDERS_FACT in facts else sender_secret(store)
    shares = _shares_in(facts)
    return Draw(
        secret=secret,
        check_share=shares.get(CHECK, USUAL_SHARE),
        second_share=shares.get(SECOND, USUAL_SHARE),
    )


def set_shares(store: Store, *, check: float, second: float) -> int:
    """Set the shares; where they change, draw anew among all messages, and tell how many changed.

    What has been drawn and decided stays decided; the draw never depended on it.
    """
    if _shares(store) == {CHECK: check, SECOND: second}:
        return 0
    draw = Draw(secret=sender_secret(store), check_share=check, second_share=second)
    changed = _draw_anew(store, draw)
    store.write(lambda session: _keep(session, {CHECK: check, SECOND: second}))
    return changed


def _shares(store: Store) -> dict[str, float]:
    return _shares_in(_facts(store, _fact(CHECK), _fact(SECOND)))


def _shares_in(facts: Mapping[str, str]) -> dict[str, float]:
    return {share: float(facts[_fact(share)]) for share in (CHECK, SECOND) if _fact(share) in facts}


def _facts(store: Store, *names: str) -> dict[str, str]:
    """Give those facts that stand, in one query: it is asked for with each batch."""
    fact = m.fact.c
    with store.reading() as session:
        rows = session.connection().execute(select(fact.name, fact.value).where(fact.name.in_(names)))
        return {row.name: row.value for row in rows}


def _fact(name: str) -> str:
    return f"{name} share"


def _keep(session: Session, shares: Mapping[str, float]) -> None:
    for name, share in shares.items():
        keep_fact(session, _fact(name), repr(share))


def _draw_anew(store: Store, draw: Draw) -> int:
    """Go through all messages. The shares are kept last, so that a run that was broken off is begun again."""
    row = m.message.c
    wanted = select(row.id, row.mail_sha256, row.drawn_check, row.drawn_second)
    changed = after = 0
    while True:
        with store.reading() as session:
            some = session.connection().execute(wanted.where(row.id > after).order_by(row.id).limit(CHUNK)).all()
        if not some:
            return changed
        after = some[-1].id
        other = [one.id for one in some if draw.of(one.mail_sha256) != {name: getattr(one, name) for name in _COLUMNS}]
        if other:
            store.write(_redrawing(draw, other))
        changed += len(other)


def _redrawing(draw: Draw, message_ids: list[int]) -> Callable[[Session], None]:
    def work(session: Session) -> None:
        do = session.connection().execute
        for ids in in_chunks(message_ids, 500):
            for row in do(select(m.message).where(m.message.c.id.in_(ids)).with_for_update()).all():
                drawn = draw.of(row.mail_sha256)
                rank = queue_rank(row.state, row.needs_person or drawn["drawn_check"], row.disputed)
                do(update(m.message).where(m.message.c.id == row.id).values(drawn | {"queue_rank": rank}))
                if rank != row.queue_rank:
                    for table in (m.tag, m.rule_hit):
                        do(update(table).where(table.c.message_id == row.id).values(queue_rank=rank))

    return work
