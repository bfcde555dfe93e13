"""How the API says no: each answer documented, each a sentence."""

from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from review.api.access import ScopeMissingError, TokenRefusedError, TooManyWrongTokensError
from review.api.shapes import Fault
from review.callables import PublicQuotes, QuotesNotWithdrawn
from storage.errors import NotDecided, StaleDecision, StorageError
from storage.records import StoredMessage

Responses = dict[int | str, dict[str, Any]]


def _documented(status: int, words: str) -> Responses:
    return {status: {"model": Fault, "description": words}}


NOT_FOUND = _documented(404, "There is none of that number or name.")
CONFLICT = _documented(409, "It does not go with what stands, or that has changed since. Nothing was changed.")
NOT_WITHDRAWN = _documented(
    500,
    "It was saved, but withdrawn quotes still stand in files of digests: `error` says why, and which command takes "
    "them out; `details` gives the message's version now.",
)
EVERYWHERE: Responses = {
    **_documented(400, "The request cannot be read, or asks for a host that the page does not answer to."),
    **_documented(401, "No token came, or none that stands."),
    **_documented(403, "The token does not reach this far."),
    **_documented(422, "Something in the request makes no sense; `details` says what."),
    **_documented(429, "Too many wrong tokens came from this address."),
    **_documented(503, "The store cannot be used just now. Nothing was changed."),
}


class Refused(Exception):
    """What was asked does not go with what stands; `details` says everything that is wrong with it."""

    def __init__(self, details: tuple[str, ...]) -> None:
        """Keep the details."""
        super().__init__("Nothing was changed.")
        self.details = details


class StillInFiles(Exception):
    """A message was saved at a new version, but its withdrawn quotes still stand in files."""

    def __init__(self, version: int, why: QuotesNotWithdrawn) -> None:
        """Keep the version."""
        super().__init__(str(why))
        self.version = version


def withdraw(outside: PublicQuotes, saved: StoredMessage) -> None:
    """Take the published quotes of a message that was saved out of files; raise StillInFiles."""
    try:
        outside.withdraw(saved.id)
    except QuotesNotWithdrawn as error:
        raise StillInFiles(saved.version, error) from error


def no(status: int, error: str, details: tuple[str, ...] = (), headers: dict[str, str] | None = None) -> JSONResponse:
    """Make an answer that says no."""
    return JSONResponse({"error": error, "details": list(details)}, status, headers)


def token_refused(request: Request, error: Exception) -> JSONResponse:
    """Ask for a token that stands."""
    words = "Send a token that stands: Authorization: Bearer TOKEN."
    return no(401, words, headers={"WWW-Authenticate": "Bearer"})


def too_many(request: Request, error: Exception) -> JSONResponse:
    """Ask to wait."""
    minutes = error.minutes if isinstance(error, TooManyWrongTokensError) else 1
    return no(429, str(error), headers={"Retry-After": str(60 * minutes)})


def scope_missing(request: Request, error: Exception) -> JSONResponse:
    """Say what is needed."""
    return no(403, str(error))


def refused(request: Request, error: Exception) -> JSONResponse:
    """Say what is wrong."""
    return no(409, str(error), error.details if isinstance(error, Refused) else ())


def unreadable(request: Request, error: Exception) -> JSONResponse:
    """Say where the request makes no sense, without repeating what it held."""
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    details = tuple(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in found)
    return no(422, "The request makes no sense.", details)


def missing(request: Request, error: Exception) -> JSONResponse:
    """Say that there is no such thing."""
    return no(404, str(error))


def stale(request: Request, error: Exception) -> JSONResponse:
    """Say that the message has changed, and its version now."""
    current = error.current.version if isinstance(error, StaleDecision) else 0
    return no(409, "The message has changed since it was read. Nothing was changed.", (f"version: {current}",))


def store_failed(request: Request, error: Exception) -> JSONResponse:
    """Say that the store cannot be used."""
    words = str(error) if isinstance(error, StorageError) else "The store cannot be used."
    return no(503, f"{words} Nothing was changed.")


def not_withdrawn(request: Request, error: Exception) -> JSONResponse:
    """Say that what was saved could not be carried out everywhere, and the message's version now."""
    details = (f"version: {error.version}",) if isinstance(error, StillInFiles) else ()
    return no(500, f"It is saved, but withdrawn quotes still stand in files of digests: {error}", details)


def http_error(request: Request, error: Exception) -> JSONResponse:
    """Say what the framework says, as JSON: no such address, or not in this way."""
    if not isinstance(error, HTTPException):
        return no(500, "Sorry, there is a problem.")
    return no(error.status_code, str(error.detail), headers=dict(error.headers or {}))


ANSWERS = (
    (TokenRefusedError, token_refused),
    (TooManyWrongTokensError, too_many),
    (ScopeMissingError, scope_missing),
    (Refused, refused),
    (RequestValidationError, unreadable),
    (StaleDecision, stale),
    (NotDecided, refused),
    (StillInFiles, not_withdrawn),
    (StorageError, store_failed),
    (HTTPException, http_error),
)
