"""Names and passwords of people: what they may be; passwords are hashed with argon2id, and nothing of ours."""

from secrets import token_hex
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 10, 200  # characters of a password
_hasher = PasswordHasher()
_at_once = BoundedSemaphore(2)  # each takes 64 MB and a processor: a crowd at the door is not to bring the page down
# Checked where there is no hash, so that an unknown name takes as long as a wrong password. Nobody knows what it is of.
_NOBODY = _hasher.hash(token_hex(32))


def hash_password(password: str) -> str:
    """Hash a password for keeping (argon2id with the library's parameters, RFC 9106 low memory)."""
    with _at_once:
        return _hasher.hash(password)


def verify_password(password_hash: str | None, password: str) -> bool:
    """Say whether a password belongs to a hash.

    No hash (no such user, or one who signs on elsewhere and has "") takes the same time, and no password belongs to it.
    """
    try:
        with _at_once:
            _hasher.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


def name_problem(name: str) -> str:
    """Say in a sentence what is wrong with a new person's name, or nothing."""
    return "" if 1 <= len(name) <= 60 and name.isprintable() else "Enter a name of at most 60 characters"


def password_problem(password: str, name: str = "") -> str:
    """Say in a sentence what is wrong with a new password, or nothing (NCSC: length, no rules of composition)."""
    if problem := length_problem(password):
        return problem
    if password.casefold() == name.casefold() or len(set(password)) < 4:
        return "Enter a password that is harder to guess"
    return ""


def length_problem(password: str) -> str:
    """Say in a sentence that a new password is too short or too long, or nothing."""
    if len(password) < SHORTEST:
        return f"Enter a password of at least {SHORTEST} characters"
    return f"Enter a password of at most {LONGEST} characters" if len(password) > LONGEST else ""
