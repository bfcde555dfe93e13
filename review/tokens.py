"""The secrets that sessions and scripts carry: how they are made, and how they are kept."""

import secrets
from enum import StrEnum
from hashlib import sha256

BEGINNING = "statshop_"  # so that a token that strayed into a file can be found


class Scope(StrEnum):
    """What a token may do. A token does no more than its person's role allows."""

    READ = "read"  # everything that a reader sees
    REVIEW = "review"  # decide, and try again to read what was set aside
    ADMINISTRATE = "administrate"  # people and tokens


def new_token() -> str:
    """Make a token's secret: 256 random bits."""
    return BEGINNING + secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """Hash a random secret for keeping; 256 random bits need no slow hash."""
    return sha256(secret.encode()).hexdigest()
