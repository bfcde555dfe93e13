"""Flags of somebody who may decide no longer."""

from dataclasses import dataclass

from review.news import JUST_NOW
from review.site import Site
from storage.flags import flags_handed_over, hand_flags_over
from storage.users import user_numbered


@dataclass(frozen=True, kw_only=True, slots=True)
class HandedOver:
    """How many messages that were flagged for somebody are flagged for an administrator now."""

    whose: str
    messages: int


def hand_over_flags(site: Site, whose: str, to: str) -> int:
    """Flag for an administrator what was flagged for somebody who may decide no longer: it would be nobody's."""
    return hand_flags_over(site.store, whose, to, who=to, note=_note(whose), now=site.clock())


def handed_over_just_now(site: Site, user_id: int, to: str) -> HandedOver | None:
    """Look up in the history what came to an administrator just now from this person; None where nothing did."""
    other = user_numbered(site.store, user_id)
    if other is None:
        return None
    since = site.clock() - JUST_NOW
    messages = flags_handed_over(site.store, to, note=_note(other.name), since=since)
    return HandedOver(whose=other.name, messages=messages) if messages else None


def _note(whose: str) -> str:
    return f"It was flagged for {whose}, who may decide no longer."
