"""What rules lack without which the program tells less: files that it reads by name.

Rules that lack them can be used; `statshop rules check` and `statshop doctor` say so.
"""

from collections.abc import Iterator, Mapping

from classifiers.belonging import CUES
from classifiers.catalogue import PACKAGED
from classifiers.rule import Rulebook
from classifiers.shapes import DISPOSITION_CUES

_FILES: Mapping[str, str] = {
    "mail_headers.toml": "no bounce, automatic reply or bulk mail is known by its headers",
    DISPOSITION_CUES: "no bounce, automatic reply, bulk mail or spam is known by its words",
    "sender_domains.toml": "an address that no list has tells nothing of who writes",
    "bodies.toml": "organisations named in the text tell nothing of who writes",
    CUES: "what writers say of themselves tells nothing of who they are",
}


def files_lacking(rulebook: Rulebook) -> Iterator[str]:
    """Say which of the packaged files are missing that the program reads by name, and what it cannot tell then."""
    folder = rulebook.folder or PACKAGED
    for name, loss in _FILES.items():
        if not (folder / name).is_file():
            yield f"{name} is not there: {loss}"
