"""Known users, to be invited to the annual feedback session; pure.

A known user is somebody who wrote as one: at least one of their messages that count has a use, or belongs to a way of
engagement other than other enquiries. Who opted out is left out, and so is an address that nobody reads.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from classifiers.catalogue import Catalogue, Dimension
from digests.counting.coded import TRIAGE
from digests.period import london_date
from digests.words import csv_text, plain
from storage.records import CountedMessage, ReviewState, WhoWrote

NOT_AS_USER = "other-enquiry"
HEADER = ("Name", "Address", "Kind of user", "Uses", "Products", "Messages", "Of these reviewed", "Last message")
_ADDRESS = re.compile(r"[^\s@<>\"',;]+@[^\s@<>\"',;]+\.[^\s@<>\"',;.]+")
_NOBODY = re.compile(r"^(?:no|do|not)[-_.]?(?:not[-_.]?)?reply|^mailer-daemon|^postmaster@|^bounce", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Invitation:
    """One known user, and what they wrote about."""

    name: str
    address: str
    user: str
    uses: tuple[str, ...]
    products: tuple[str, ...]
    messages: int
    reviewed: int
    last: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Invitations:
    """Whom to invite; how many known users were left out, and why."""

    invited: tuple[Invitation, ...]
    opted_out: int
    without_address: int


@dataclass(slots=True)
class _Known:
    """What is gathered of one user."""

    names: list[str] = field(default_factory=list)
    address: str = ""
    users: Counter[str] = field(default_factory=Counter)
    uses: dict[str, None] = field(default_factory=dict)
    products: dict[str, None] = field(default_factory=dict)
    messages: int = 0
    reviewed: int = 0
    as_user: bool = False
    last: date = date.min


def invitations(
    messages: Iterable[CountedMessage],
    who: Mapping[int, WhoWrote],
    opted_out: Collection[str],
    catalogue: Catalogue,
) -> Invitations:
    """Gather the known users of a run of months, in the order of their kinds and addresses."""
    known: dict[str, _Known] = {}
    for message in messages:
        if _is_users(message) and message.sender_key:
            _add(known.setdefault(message.sender_key, _Known()), message, who.get(message.id))
    theirs = {key: one for key, one in known.items() if one.as_user}
    willing = [one for key, one in theirs.items() if key not in opted_out]
    reachable = [_invitation(one, catalogue) for one in willing if _is_read(one.address)]
    return Invitations(
        invited=tuple(sorted(reachable, key=lambda one: (one.user, one.address.casefold()))),
        opted_out=len(theirs) - len(willing),
        without_address=len(willing) - len(reachable),
    )


def as_csv(found: Invitations) -> bytes:
    """Write the list for a mail merge: UTF-8 with a byte order mark, without which office programs misread names."""
    out = io.StringIO(newline="")
    rows = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    rows.writerow(HEADER)
    for one in found.invited:
        texts = (one.name, one.address, one.user, "; ".join(one.uses), "; ".join(one.products))
        rows.writerow([*map(csv_text, texts), one.messages, one.reviewed, one.last.isoformat()])
    return out.getvalue().encode("utf-8-sig")


def _is_users(message: CountedMessage) -> bool:
    return TRIAGE in _values(message, Dimension.DISPOSITION) and not message.from_team


def _add(one: _Known, message: CountedMessage, who: WhoWrote | None) -> None:
    uses, ways = _values(message, Dimension.USE), _values(message, Dimension.CHANNEL)
    one.as_user = one.as_user or bool(uses) or any(way != NOT_AS_USER for way in ways)
    one.users.update(_values(message, Dimension.USER_CATEGORY))
    one.uses |= dict.fromkeys(uses)
    one.products |= dict.fromkeys(_values(message, Dimension.PRODUCT))
    one.messages += 1
    one.reviewed += message.state is not ReviewState.PENDING
    one.last = max(one.last, london_date(message.arrived_at))
    if who is not None:
        one.address = plain(who.address) or one.address
        one.names += [plain(who.name)] if plain(who.name) else []


def _values(message: CountedMessage, dimension: Dimension) -> list[str]:
    return [tag.value for tag in message.tags if tag.dimension == dimension]


def _invitation(one: _Known, catalogue: Catalogue) -> Invitation:
    user = one.users.most_common(1)[0][0] if one.users else ""
    return Invitation(
        name=one.names[-1] if one.names else "",
        address=one.address,
        user=catalogue.title(Dimension.USER_CATEGORY, user),
        uses=tuple(catalogue.title(Dimension.USE, use) for use in one.uses),
        products=tuple(catalogue.title(Dimension.PRODUCT, product) for product in one.products),
        messages=one.messages,
        reviewed=one.reviewed,
        last=one.last,
    )


def _is_read(address: str) -> bool:
    return bool(_ADDRESS.fullmatch(address)) and not _NOBODY.search(address)
