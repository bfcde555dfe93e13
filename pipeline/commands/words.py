"""Errors in words for people: the one place that turns an exception into a sentence."""

import sys
from dataclasses import dataclass

_KNOWN = (
    ("pipeline.errors", "StatshopError"),
    ("pipeline.mail.errors", "MailError"),
    ("storage.errors", "StorageError"),
    ("classifiers.errors", "ClassifierError"),
    ("digests.errors", "DigestError"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """What to tell a person; `is_fault` when the program itself is at fault."""

    words: str
    is_fault: bool = False


def sentence_of(error: BaseException) -> Sentence:
    """Say an error in words: our own errors are sentences already, the system's get their file and reason."""
    if _is_ours(error):
        return Sentence(words=str(error))
    if isinstance(error, OSError) and error.strerror:
        named = f"{error.filename}: " if error.filename else ""
        return Sentence(words=f"{named}{error.strerror}. Check the name, the permissions and the space on disk.")
    return Sentence(
        words=f"The program met something it does not know ({type(error).__name__}). What was stored stays stored. "
        "Run the same command again with --debug to see where, and report it.",
        is_fault=True,
    )


def _is_ours(error: BaseException) -> bool:
    """Tell whether a known error class is meant, without importing packages that are not loaded yet."""
    roots = (getattr(sys.modules.get(module), name, None) for module, name in _KNOWN)
    return any(isinstance(error, root) for root in roots if isinstance(root, type))
