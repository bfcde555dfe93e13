"""Errors in words for people: the one place that turns an exception into a sentence."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pipeline.masking import without_addresses

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
    """Say an error in words: our own errors are sentences already, the system's get their file and reason.

    A mail server's words, which ours quote, may hold an address; the journal keeps what a service says.
    """
    if _is_ours(error):
        return Sentence(words=without_addresses(str(error)) if _is_ours(error, "MailError") else str(error))
    if isinstance(error, OSError) and error.strerror:
        named = f"{error.filename}: " if error.filename else ""
        return Sentence(words=f"{named}{error.strerror}. Check the name, the permissions and the space on disk.")
    return Sentence(
        words=f"The program met something it does not know ({type(error).__name__}). What was stored stays stored. "
        "Run the same command again with --debug to see where, and report it.",
        is_fault=True,
    )


@dataclass(slots=True)
class Attempt:
    """A piece of work that may fail without keeping the next from being done; `problem` says why it did."""

    problem: Sentence | None = None

    @property
    def failed(self) -> bool:
        """Say whether it failed."""
        return self.problem is not None


def on_standard_error(words: str) -> None:
    """Tell something to whoever called the command."""
    print(words, file=sys.stderr)


@contextmanager
def told_in_words(
    about: str, tell: Callable[[str], None] = on_standard_error, *, debug: bool = False
) -> Iterator[Attempt]:
    """Let one of several pieces of work fail, whatever it fails of: it is told in words, and the others are done.

    One mailbox that is away, or one message that cannot be read, must not keep the rest waiting. What stops the whole
    program (the database away, a full disk) fails the next piece as well, and is told again. `debug` lets errors pass.
    """
    attempt = Attempt()
    try:
        yield attempt
    except Exception as error:  # whatever it is: see above; `sentence_of` tells a fault of ours as one
        if debug:
            raise
        attempt.problem = sentence_of(error)
        tell(f"{about}: {attempt.problem.words}" if about else attempt.problem.words)


def many(count: int, one: str, more: str = "") -> str:
    """Say how many of something there are: "1 message", "2,500 messages"."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def _is_ours(error: BaseException, kind: str = "") -> bool:
    """Tell whether a known error class is meant, without importing packages that are not loaded yet."""
    known = (one for one in _KNOWN if kind in ("", one[1]))
    roots = (getattr(sys.modules.get(module), name, None) for module, name in known)
    return any(isinstance(error, root) for root in roots if isinstance(root, type))
