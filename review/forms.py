"""What the decision form holds, and the tags and quotes it stands for; pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from classifiers.catalogue import Catalogue, Dimension, StatementKind, ZoneKind
from review.filters import Query
from storage.records import ReviewState, StatementRecord, StoredMessage, TagRecord, ZoneRecord

TRIAGE = "triage"  # the one disposition under which the other dimensions mean anything
NO_CATEGORY, UNKNOWN = "none", "unknown"
MANY = (Dimension.PRODUCT, Dimension.USE, Dimension.CHANNEL)
LONGEST_QUOTE = 4000
MOST_QUOTES = 20
LONGEST_NOTE = 2000
QUOTE_FIELDS = {StatementKind.USE: "use_quotes", StatementKind.DECISION: "decision_quotes"}
# Quotes come from what the sender wrote, or from the original that was forwarded; never from earlier mail.
QUOTABLE = (ZoneKind.NEW, ZoneKind.FORWARDED, ZoneKind.ATTACHMENT, ZoneKind.SUBJECT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What stands in the form, whether right or not: a failed save shows it again unchanged."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # dimension -> chosen values
    quotes: Mapping[str, str] = field(default_factory=dict)  # field -> its text, a quote a line
    note: str = ""
    quotable: bool = False  # the quotes may be published
    flagged_for: str = ""  # a colleague, for whom the note is

    def says(self) -> tuple[frozenset[tuple[str, str]], tuple[tuple[str, ...], ...], bool]:
        """Give the tags, the quotes and the permission that it stands for: equal for drafts that decide alike."""
        pairs = ((name, value) for name, values in self.values.items() for value in values if value != NO_CATEGORY)
        lines = (_lines(self.quotes.get(name, "")) for name in QUOTE_FIELDS.values())
        return frozenset(pairs), tuple(lines), self.quotable


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The tags and statements that a draft stands for."""

    tags: tuple[TagRecord, ...]
    statements: tuple[StatementRecord, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing to mend: the field (its anchor on the page) and a sentence."""

    field: str
    words: str


def draft_of_message(message: StoredMessage) -> Draft:
    """Fill the form with what counts now: a person's tags where a person decided, else the rules'."""
    values = {
        dimension.value: tuple(tag.value for tag in message.tags if tag.dimension == dimension)
        for dimension in Dimension
    }
    quotes = {
        name: "\n".join(folded(item.text) for item in message.statements if item.kind == kind)
        for kind, name in QUOTE_FIELDS.items()
    }
    quotable = bool(message.statements) and all(item.quotable for item in message.statements)
    return Draft(values=values, quotes=quotes, quotable=quotable, flagged_for=message.flagged_for)


def draft_of_rules(message: StoredMessage) -> Draft:
    """Fill the form with what the rules say; quotes stay allowed where each was allowed before."""
    allowed = {folded(item.text) for item in message.statements if item.quotable}
    said = message.verdict.statements
    draft = draft_of_message(replace(message, tags=message.verdict.tags, statements=said))
    return replace(draft, quotable=bool(said) and allowed.issuperset(folded(item.text) for item in said))


def draft_of_form(form: Query) -> Draft:
    """Read what was sent."""
    values = {dimension.value: tuple(form.getlist(dimension.value)) for dimension in Dimension}
    quotes = {name: "\n".join(form.getlist(name)) for name in QUOTE_FIELDS.values()}
    return Draft(
        values=values,
        quotes=quotes,
        note="\n".join(form.getlist("note")),
        quotable="yes" in form.getlist("quotable"),
        flagged_for=next(iter(form.getlist("flagged_for")), "").strip(),
    )


def answer_of(draft: Draft, message: StoredMessage, catalogue: Catalogue, who: str) -> Answer | tuple[Problem, ...]:
    """Turn a draft into tags and statements, or say everything that is wrong with it."""
    problems = [*_tag_problems(draft, message, catalogue), *note_problems(draft)]
    statements: list[StatementRecord] = []
    for kind, name in QUOTE_FIELDS.items():
        for line in _lines(draft.quotes.get(name, "")):
            found = _statement(kind, line, message)
            if found is None:
                problems.append(Problem(field=name, words=_quote_problem(line)))
            else:
                statements.append(found)
        if len(_lines(draft.quotes.get(name, ""))) > MOST_QUOTES:
            problems.append(Problem(field=name, words=f"Give at most {MOST_QUOTES} quotes"))
    if problems:
        return tuple(problems)
    if draft.values.get(Dimension.DISPOSITION, ())[0] != TRIAGE:
        statements = []
    marked = (replace(item, quotable=draft.quotable) for item in _in_order(statements, message))
    return Answer(tags=_tags(draft, message, catalogue, who), statements=tuple(marked))


def changes_nothing(answer: Answer, message: StoredMessage) -> bool:
    """Say whether a person has decided just so already: the same tags, the same quotes, the same permission."""
    return (
        message.state is not ReviewState.PENDING
        and _said(answer.tags) == _said(message.tags)
        and _quoted(answer.statements) == _quoted(message.statements)
    )


def _said(tags: Iterable[TagRecord]) -> frozenset[tuple[str, str]]:
    return frozenset((tag.dimension, tag.value) for tag in tags)


def _quoted(statements: Iterable[StatementRecord]) -> frozenset[tuple[str, str, bool]]:
    return frozenset((item.kind, folded(item.text), item.quotable) for item in statements)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (folded(line) for line in text.splitlines()))))


def folded(text: str) -> str:
    """Fold white space: quotes run over line breaks, and are compared so."""
    return " ".join(text.split())


def _quote_problem(line: str) -> str:
    shown = line if len(line) < 60 else f"{line[:57]}…"
    return f"Copy the quote word for word from what the sender wrote: “{shown}” is not in it"


def note_problems(draft: Draft) -> list[Problem]:
    """Say where a note is too long to be kept whole."""
    if len(draft.note) <= LONGEST_NOTE:
        return []
    return [Problem(field="note", words=f"Write a note of at most {LONGEST_NOTE:,} characters")]


def _tag_problems(draft: Draft, message: StoredMessage, catalogue: Catalogue) -> list[Problem]:
    problems = []
    dispositions = draft.values.get(Dimension.DISPOSITION, ())
    if len(dispositions) != 1:
        return [Problem(field="disposition", words="Choose what kind of message this is")]
    categories = draft.values.get(Dimension.USER_CATEGORY, ())
    unknown = catalogue.title(Dimension.USER_CATEGORY, UNKNOWN)
    if dispositions[0] == TRIAGE and (len(categories) != 1 or categories[0] == NO_CATEGORY):
        problems.append(Problem(field="user_category", words=f"Choose who the user is, or “{unknown}”"))
    for dimension, values in draft.values.items():
        known = known_values(Dimension(dimension), message, catalogue)
        if not known.issuperset(values):
            problems.append(Problem(field=dimension, words="Choose from the list: a tag was not known"))
    return problems


def known_values(dimension: Dimension, message: StoredMessage, catalogue: Catalogue) -> frozenset[str]:
    """Give the values that may be chosen: the catalogue's, and those the message already carries."""
    carried = (tag.value for tag in (*message.tags, *message.verdict.tags) if tag.dimension == dimension)
    return frozenset((*(entry.id for entry in catalogue.of(dimension)), *carried))


def _tags(draft: Draft, message: StoredMessage, catalogue: Catalogue, who: str) -> tuple[TagRecord, ...]:
    """Give the chosen tags; those that stood before keep their record, so that no change is no change."""
    records = {(tag.dimension, tag.value): tag for tag in (*message.tags, *message.verdict.tags)}
    chosen = [
        records.get(pair, TagRecord(dimension=pair[0], value=pair[1], reason=f"chosen by {who}"))
        for pair in _pairs(draft)
    ]
    before = [(tag.dimension, tag.value) for tag in message.verdict.tags]
    order = {pair: place for place, pair in enumerate([*before, *_catalogue_pairs(catalogue)][::-1])}
    return tuple(sorted(chosen, key=lambda tag: -order.get((tag.dimension, tag.value), -1)))


def _pairs(draft: Draft) -> list[tuple[str, str]]:
    disposition = draft.values[Dimension.DISPOSITION][0]
    first = [(Dimension.DISPOSITION.value, disposition)]
    if disposition != TRIAGE:
        return [*first, (Dimension.USER_CATEGORY.value, NO_CATEGORY)]
    first.append((Dimension.USER_CATEGORY.value, draft.values[Dimension.USER_CATEGORY][0]))
    for dimension in MANY:
        first.extend((dimension.value, value) for value in dict.fromkeys(draft.values.get(dimension, ())))
    return first


def _catalogue_pairs(catalogue: Catalogue) -> list[tuple[str, str]]:
    return [(entry.dimension.value, entry.id) for entry in catalogue.entries]


def _statement(kind: StatementKind, line: str, message: StoredMessage) -> StatementRecord | None:
    for known in (*message.verdict.statements, *message.statements):
        if known.kind == kind and folded(known.text) == line:
            return known
    return locate(line, kind.value, message.zones)


def locate(line: str, kind: str, zones: tuple[ZoneRecord, ...]) -> StatementRecord | None:
    """Find a quote in the text, white space folded; the record holds the words as they stand there."""
    if len(line) > LONGEST_QUOTE:
        return None
    pattern = re.compile(r"\s+".join(re.escape(word) for word in line.split()))
    for place, zone in _quotable(zones):
        found = pattern.search(zone.text)
        if found:
            return StatementRecord(kind=kind, text=found.group(), zone=place, start=found.start(), end=found.end())
    return None


def _quotable(zones: tuple[ZoneRecord, ...]) -> Iterable[tuple[int, ZoneRecord]]:
    ranked = [
        (QUOTABLE.index(ZoneKind(zone.kind)), place, zone) for place, zone in enumerate(zones) if zone.kind in QUOTABLE
    ]
    return [(place, zone) for _, place, zone in sorted(ranked, key=lambda item: item[:2])]


def _in_order(found: list[StatementRecord], message: StoredMessage) -> tuple[StatementRecord, ...]:
    """Put statements in the order of the rules' own, new ones behind, each once."""
    own = list(message.verdict.statements)
    unique = list(dict.fromkeys(replace(item, quotable=False) for item in found))
    return tuple(sorted(unique, key=lambda item: own.index(item) if item in own else len(own)))
