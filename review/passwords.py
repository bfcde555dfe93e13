"""Names and passwords of people: what they may be; passwords are hashed with argon2id, and nothing of ours."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
_hasher = PasswordHasher()
# Checked when no such user exists, so that an unknown name takes as long as a wrong password.
_NOBODY = _hasher.hash("no user has this password, it only takes time")


def hash_password(password: str) -> str:
    """Hash a password for keeping (argon2id with the library's parameters, RFC 9106 low memory)."""
    return _hasher.hash(password)


def verify_password(password_hash: str | None, password: str) -> bool:
    """Say whether a password belongs to a hash; `None` (no such user) takes the same time and says no."""
    try:
        _hasher.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def name_problem(name: str) -> str:
    """Say in a sentence what is wrong with a new person's name, or nothing."""
    return "" if 1 <= len(name) <= 60 and name.isprintable() else "Enter a name of at most 60 characters"


def password_problem(password: str, name: str = "") -> str:
    """Say in a sentence what is wrong with a new password, or nothing (NCSC: length, no rules of composition)."""
    if len(password) < SHORTEST:
        return f"Enter a password of at least {SHORTEST} characters"
    if len(password) > 200:
        return "Enter a password of at most 200 characters"
    if password.casefold() == name.casefold() or len(set(password)) < 4:
        return "Enter a password that is harder to guess"
    return ""
