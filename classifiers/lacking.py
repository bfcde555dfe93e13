"""What rules lack that the program counts on: tags that it gives by itself, and files without which it tells less.

Rules that lack it can be used; `statshop rules check` says so.
"""

from collections.abc import Iterator, Mapping

from classifiers.belonging import CUES
from classifiers.catalogue import PACKAGED
from classifiers.rule import Rulebook
from classifiers.shapes import DISPOSITION_CUES
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
_FILES: Mapping[str, str] = {
    "mail_headers.toml": "no bounce, automatic answer or bulk mail is known by its headers",
    DISPOSITION_CUES: "no bounce, automatic answer, bulk mail or spam is known by its words",
    "sender_domains.toml": "an address that no list has tells nothing of who writes",
    "bodies.toml": "organisations named in the text tell nothing of who writes",
    CUES: "what writers say of themselves tells nothing of who they are",
}


def tags_lacking(rulebook: Rulebook) -> Iterator[str]:
    """Say which tags are missing that the program gives by itself."""
    for dimension, tags in NEEDED.items():
        known = {entry.id for entry in rulebook.catalogue.of(dimension)}
        for tag in tags:
            if tag not in known:
                yield f"no tag {tag!r} in {dimension}: the program gives it by itself, so it has to stay"


def files_lacking(rulebook: Rulebook) -> Iterator[str]:
    """Say which of the packaged files are missing that the program reads by name, and what it cannot tell then."""
    folder = rulebook.folder or PACKAGED
    for name, loss in _FILES.items():
        if not (folder / name).is_file():
            yield f"{name} is not there: {loss}"
