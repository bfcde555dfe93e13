"""Who works with the program, and what they looked at."""

from dataclasses import dataclass, field
from datetime import datetime

REMOVED = "removed"  # the role of somebody who may no longer sign in


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """A reviewer: `role` is reader, reviewer or administrator, or `REMOVED`: no longer signs in, kept for the history.

    Without a password they come by single sign-on alone, where they are known as `subject` ("" until they came).
    """

    id: int
    name: str
    role: str
    password_hash: str = field(repr=False)
    keys_enabled: bool = True
    subject: str = ""

    @property
    def is_removed(self) -> bool:
        """Say whether an administrator has shut this person out."""
        return self.role == REMOVED


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """That somebody looked at `what` of a message: "message", "html", "raw", "quotes", "second reading", "api"."""

    message_id: int
    who: str
    what: str
    at: datetime
