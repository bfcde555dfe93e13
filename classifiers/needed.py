"""The tags that the program gives by itself, which rules of one's own have to keep.

Without `other-use`, say, a use that no rule knows would pass for one of the uses that are left.
"""

from collections.abc import Collection, Iterator, Mapping

from classifiers.errors import RuleError
from classifiers.verdict import Dimension

NEEDED: Mapping[Dimension, tuple[str, ...]] = {
    Dimension.DISPOSITION: ("triage", "auto-reply", "bounce", "bulk", "spam"),
    Dimension.PRODUCT: ("survey",),
    Dimension.USER_CATEGORY: ("none", "unknown", "public"),
    Dimension.USE: ("other-use",),
    Dimension.CHANNEL: (
        "usage-feedback", "data-request", "publication-comment", "survey-future", "feedback-session",
        "technical-advisory-group", "pro-forma", "other-enquiry",
    ),
}  # fmt: skip
_FILES: Mapping[Dimension, str] = {
    Dimension.DISPOSITION: "dispositions.toml",
    Dimension.PRODUCT: "products.toml",
    Dimension.USER_CATEGORY: "users.toml",
    Dimension.USE: "uses.toml",
    Dimension.CHANNEL: "channels.toml",
}


def lacking(tags: Collection[tuple[Dimension, str]], unread: str = "") -> Iterator[RuleError]:
    """Give the tags that are missing, a mistake a dimension; what may stand in text that could not be read is not."""
    for dimension, needed in NEEDED.items():
        missing = [tag for tag in needed if (dimension, tag) not in tags and f'"{tag}"' not in unread]
        if missing:
            what = f"no tag {', '.join(map(repr, missing))} in {dimension}, and the program gives it by itself"
            instead = ", ".join(f'[[tag]] id = "{tag}"' for tag in missing)
            yield RuleError(file=_FILES[dimension], line=0, rule="", reason=what, instead=instead)


def with_needed(tags: Collection[tuple[Dimension, str]]) -> set[tuple[Dimension, str]]:
    """Give the tags that rules may speak of: what is missing is told once, and nothing else that follows from it."""
    return {*tags, *((dimension, tag) for dimension, needed in NEEDED.items() for tag in needed)}
