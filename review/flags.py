"""Flags of somebody who may decide no longer."""

from review.site import Site
from storage.flags import hand_flags_over


def hand_over_flags(site: Site, whose: str, to: str) -> int:
    """Flag for an administrator what was flagged for somebody who may decide no longer: it would be nobody's."""
    note = f"It was flagged for {whose}, who may decide no longer."
    return hand_flags_over(site.store, whose, to, who=to, note=note, now=site.clock())
