"""What each table of the rules (`kind = "table"`) holds, so that a wrong entry is named before any mail is read by it.

Categories, dispositions and the tags of lists have to be known; what was measured for a tag that the rules no longer
have is passed over, as it counts for nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from classifiers import confidence
from classifiers.catalogue import CatalogueEntry
from classifiers.errors import RuleError
from classifiers.rulelines import line_at
from classifiers.values import (
    COUNT,
    GLOBS,
    LOWER,
    LOWERS,
    NUMBER,
    SHARE,
    TEXT,
    TEXTS,
    YES_NO,
    Each,
    Keys,
    Names,
    Rows,
    Shape,
    faults,
    named,
)
from classifiers.verdict import Dimension

GIVEN = frozenset(["bounce", "auto-reply", "spam", "bulk"])  # dispositions that headers and senders may give
_USER, _DISPOSITION = Dimension.USER_CATEGORY.value, "given"
_CATEGORY = named(_USER)
_SIGN = {"gives": named(_DISPOSITION), "weight": SHARE, "says": TEXT}
_SENDER = Keys(
    {"addresses": LOWERS, "names": LOWERS, **_SIGN}, needed=(("addresses",), ("names",), *((key,) for key in _SIGN))
)
_AGAINST = ("drop", "drop_survey", "add_survey", "alone", "instead")
_WORTHS = Each(Each(NUMBER))
_STATEMENT = Keys({"start": NUMBER, "least": SHARE, "second": SHARE, "most": COUNT, "worth": Each(NUMBER)})
_OF_WORDS = Keys({"anywhere": Each(NUMBER), "first": Each(NUMBER)})
_MEASURED = Keys({"start": Each(NUMBER), "worth": _WORTHS})

TABLES: Mapping[str, Mapping[str, Shape]] = {
    "mail_headers": {
        "header": Rows(
            Keys(
                {"name": LOWER, "names": LOWERS, "values": GLOBS, **_SIGN},
                needed=(("name", "names"), ("values",), *((key,) for key in _SIGN)),
            )
        ),
        "daemons": _SENDER,
        "senders": _SENDER,
        "hawkers": _SENDER,
        "addressed": Keys({"words": LOWERS}),
    },
    "sender_domains": {
        "relays": Each(_CATEGORY),
        "shape": Rows(
            Keys(
                {"domains": LOWERS, "not": LOWERS, "category": _CATEGORY, "organisation": TEXT, "sure": YES_NO},
                needed=(("domains",), ("category",), ("organisation",)),
            )
        ),
    },
    "bodies": {
        "addressee": _CATEGORY,
        "as_written": TEXTS,
        "weak": TEXTS,
        "not_belonging": TEXTS,
        "offices": Each(TEXT),
        "titles": Each(_CATEGORY),
        "mailboxes": Each(_CATEGORY),
        "endings": Each(_CATEGORY),
        "kinds": Each(TEXTS, names=_USER),
    },
    "use_weights": {"measured": TEXTS, "start": Each(NUMBER), "worth": _WORTHS},
    "use_words": {"stated": _WORTHS, "said": _WORTHS},
    "use_hints": {
        "both": Keys({"rule": TEXT, "with": TEXTS}),
        "category": Each(Each(SHARE)),
        "product": Each(Each(SHARE)),
    },
    "statement_weights": {"use": _STATEMENT, "decision": _STATEMENT},
    "statement_words": {"use": _OF_WORDS, "decision": _OF_WORDS},
    "product_words": {
        "often_in_passing": TEXTS,
        "enough": Keys({"words": COUNT, "once": NUMBER, "left_out": NUMBER, "alone": NUMBER}),
        "against_rules": Keys(dict.fromkeys(_AGAINST, NUMBER)),
        "worth": _WORTHS,
    },
    "tag_words": {"product": _MEASURED, _USER: _MEASURED},
    confidence.TABLE: {"start": NUMBER, "worth": Each(NUMBER, names="doubt", of=confidence.DOUBTS)},
}
_NEEDED = {confidence.TABLE: (("start",), ("worth",))}


def names_of(entries: Mapping[Dimension, frozenset[str]]) -> Names:
    """Give the names that tables may use; a dimension of which the rules have no tag at all is not asked for."""
    return {
        **{dimension.value: tags for dimension, tags in entries.items() if tags},
        _DISPOSITION: GIVEN,
    }


def problems_in(table: str, file: str, text: str, data: Mapping[str, Any], names: Names) -> Iterator[RuleError]:
    """Give everything in a table that cannot be used, each with its line; a table that nobody knows is not looked at.

    `text` is the file as written, `data` what it holds.
    """
    if table not in TABLES:
        return
    shape = Keys(TABLES[table], _NEEDED.get(table, ()))
    for fault in faults({key: value for key, value in data.items() if key != "kind"}, shape, names):
        where = ".".join(step for step in fault.path if isinstance(step, str))
        yield RuleError(
            file=file, line=line_at(text, fault.path), rule=where, reason=fault.reason, instead=fault.instead
        )


def without_unknown(table: str, data: Mapping[str, Any], tags: Mapping[Dimension, frozenset[str]]) -> Mapping[str, Any]:
    """Give a table without what was measured for products and kinds of users that the rules no longer have."""
    if table == "product_words":
        return {**data, "worth": _known(data.get("worth", {}), tags[Dimension.PRODUCT])}
    if table != "tag_words":
        return data
    kept = dict(data)
    for dimension in (Dimension.PRODUCT, Dimension.USER_CATEGORY):
        if dimension.value in data:
            parts = data[dimension.value].items()
            kept[dimension.value] = {name: _known(part, tags[dimension]) for name, part in parts}
    return kept


def _known(table: Mapping[str, Any], tags: frozenset[str]) -> Mapping[str, Any]:
    return {name: value for name, value in table.items() if name in tags} if tags else table


def tags_of(entries: list[CatalogueEntry]) -> Mapping[Dimension, frozenset[str]]:
    """Give the ids of the tags of each dimension."""
    return {dimension: frozenset(one.id for one in entries if one.dimension is dimension) for dimension in Dimension}
