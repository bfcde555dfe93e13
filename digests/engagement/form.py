"""The pro forma as values: words above, then questions, each with what is filled in already."""

from dataclasses import dataclass
from datetime import date

HEADINGS = ("Question", "Your answer")


@dataclass(frozen=True, kw_only=True, slots=True)
class FormField:
    """One question: a row of the form."""

    id: str
    question: str
    answer: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProForma:
    """The form, the same in every format."""

    title: str
    lead: tuple[str, ...]
    fields: tuple[FormField, ...]
    organisation: str
    made_on: date
