"""The raw header fields of a part, found by name."""

from collections.abc import Mapping, Sequence
from email.message import Message
from email.policy import Policy
from typing import Any

Fields = Mapping[str, Sequence[str]]  # the raw values by lower-case name: folded, encoded, octets as surrogates


class Part(Message):
    """A part that sorts its fields by name once: the standard library looks through all of them at each question."""

    def __init__(self, policy: "Policy[Any]") -> None:
        super().__init__(policy=policy)
        self._told: Fields = {}
        self._sorted = 0

    @property
    def told(self) -> Fields:
        """Give the raw values of the fields by name."""
        if self._sorted != len(self):
            self._told, self._sorted = _by_name(self), len(self)
        return self._told

    def get(self, name: str, failobj: Any = None) -> Any:
        """Give the first field of a name, as the standard library gives it."""
        values = self.told.get(name.lower())
        return self.policy.header_fetch_parse(name, values[0]) if values else failobj


def fields_of(message: Message) -> Fields:
    """Give the raw fields of a message by name, sorted once for all who ask for some of them."""
    return message.told if isinstance(message, Part) else _by_name(message)


def _by_name(message: Message) -> Fields:
    found: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        found.setdefault(name.lower(), []).append(str(value))
    return found
