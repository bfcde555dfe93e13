"""Rules of one's own, kept as they were when they last worked: a bad edit never replaces rules that work.

Reading goes on from the copy, never from the folder that is edited: all workers of a run, also those that replace
others in the middle of it, use the same rules.
"""

import fcntl
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from classifiers.errors import RuleError, RulesNotKept, RulesUnreadable
from classifiers.rule import Rulebook
from classifiers.rulebook import load_rules, rules_version

_LOCK = ".lock"
_MISTAKES = "mistakes"
_REFUSED = "refused"  # stands beside the mistakes where no copy can be used either
_COPIES = 10  # runs that still read an older copy end long before it is the eleventh
_SYSTEMS = re.compile(r"\[Errno \d+\] (.*?): '.*")  # how Python writes an error of the system with its files


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkingRules:
    """A folder of rules that can be used, their version, and the problems that keep a later edit from use."""

    folder: Path
    version: str
    problems: tuple[RuleError, ...] = ()


def working_rules(folder: Path, keep: Path) -> WorkingRules:
    """Give a copy of the rules of a folder; where they have mistakes, the copy that worked last, with the mistakes.

    `keep` is the folder that holds the copies; it is made. Raises RulesUnreadable when the rules have mistakes and no
    earlier ones are kept, and RulesNotKept when new rules cannot be copied, as on a full disk.
    """
    shelf = _shelf(folder, keep)
    with _alone_with(folder, shelf):
        try:
            version = _shelved(folder, shelf)
        except RulesUnreadable as unreadable:
            return _last_that_worked(shelf, unreadable)
        (shelf / _MISTAKES).unlink(missing_ok=True)
        (shelf / _REFUSED).unlink(missing_ok=True)
    return WorkingRules(folder=shelf / version, version=version)


def _last_that_worked(shelf: Path, unreadable: RulesUnreadable) -> WorkingRules:
    with suppress(OSError):  # the mistakes are told by whoever reads; here they are kept for `statshop status`
        _write(shelf / _MISTAKES, "\n".join(str(problem) for problem in unreadable.problems))
    kept = next(filter(_works, _copies(shelf)), None)
    with suppress(OSError):
        (shelf / _REFUSED).touch() if kept is None else (shelf / _REFUSED).unlink(missing_ok=True)
    if kept is None:
        raise unreadable
    return WorkingRules(folder=kept, version=kept.name, problems=unreadable.problems)


def _works(copy: Path) -> bool:
    """Say whether a copy is still what it was, and the program as it is today can read it."""
    try:
        return rules_version(copy) == copy.name and bool(_usable(copy).version)
    except (OSError, RulesUnreadable):
        return False


@contextmanager
def _alone_with(folder: Path, shelf: Path) -> Iterator[None]:
    """Make the shelf and keep other processes from it meanwhile; what cannot be written is said in a sentence."""
    try:
        shelf.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (shelf / _LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # given back when the file is closed, or the process is gone
            yield
    except OSError as error:
        raise RulesNotKept(folder, shelf, _reason(error)) from error


def mistakes_in(folder: Path, keep: Path) -> tuple[str, ...]:
    """Give the mistakes that kept the rules of a folder from use when they were last read; none is the rule."""
    try:
        return tuple((_shelf(folder, keep) / _MISTAKES).read_text().splitlines())
    except FileNotFoundError:
        return ()


def ever_worked(folder: Path, keep: Path) -> bool:
    """Say whether rules of a folder were put to use before, and today's program can use them, so that mail goes on."""
    shelf = _shelf(folder, keep)
    return shelf.is_dir() and not (shelf / _REFUSED).exists() and bool(_copies(shelf))


def _shelf(folder: Path, keep: Path) -> Path:
    return keep / hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]


def _shelved(folder: Path, shelf: Path) -> str:
    """Give the version of a folder's rules, which lie on the shelf then: those that lie there are not copied again."""
    version = _held(folder, shelf) or _copied(folder, shelf)
    os.utime(shelf / version)
    _forget_old(shelf, version)
    return version


def _held(folder: Path, shelf: Path) -> str | None:
    """Give the version of a folder's rules if they lie on the shelf whole; raise RulesUnreadable if refused."""
    try:
        version = rules_version(folder)
    except OSError:  # edited under our hands, or not ours to read
        return None
    copy = shelf / version
    return load_rules(copy).version if copy.is_dir() and rules_version(copy) == version else None


def _copied(folder: Path, shelf: Path) -> str:
    """Read a folder, copy it, and put the copy on the shelf under its version."""
    _usable(folder)  # what is wrong with the rules is said before anything is written
    with tempfile.TemporaryDirectory(dir=shelf, prefix=".copy-") as name:
        copy = Path(name) / "rules"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".*"))
        version = load_rules(copy).version
        if _works(shelf / version):  # others may be reading it
            return version
        if (shelf / version).exists():  # no longer what it was, as after a power cut
            (shelf / version).rename(Path(name) / "damaged")
        copy.rename(shelf / version)
    return version


def _usable(folder: Path) -> Rulebook:
    from classifiers.usable import usable_rules  # noqa: PLC0415 - spaCy comes with it: for rules that are new alone

    return usable_rules(folder)


def _reason(error: OSError) -> str:
    """Say why copying failed; `shutil.Error` holds a row of (from, to, why) for each file, and no `strerror`."""
    rows = error.args[0] if isinstance(error, shutil.Error) else ()
    words = str(rows[0][2]) if rows else error.strerror or str(error)
    return _SYSTEMS.sub(r"\1", words)


def _write(path: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".note-", delete=False) as note:
        aside = Path(note.name)
    try:
        aside.write_text(text)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _forget_old(shelf: Path, version: str) -> None:
    for copy in _copies(shelf)[_COPIES:]:
        if copy.name != version:
            shutil.rmtree(copy, ignore_errors=True)


def _copies(shelf: Path) -> list[Path]:
    """Give the copies, the one used last first."""
    return sorted((path for path in shelf.iterdir() if path.is_dir() and path.name[0] != "."), key=_age, reverse=True)


def _age(path: Path) -> float:
    return path.stat().st_mtime
