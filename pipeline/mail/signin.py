"""How we sign in: a password, a command that prints a token, or Microsoft 365 as an application."""

import shlex
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from pipeline.mail.errors import MailboxUnreachable, TokenUnavailable

_AUTHORITY = "https://login.microsoftonline.com"
_SCOPE = "https://outlook.office365.com/.default"
_LONGEST_TOKEN = 16_384
_TOKEN_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that reaches no log: only `reveal` gives it."""

    value: str = field(repr=False)

    def reveal(self) -> str:
        """Give the text itself."""
        return self.value

    def __str__(self) -> str:
        return "(secret)"

    def __bool__(self) -> bool:
        return bool(self.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Password:
    """Sign in with a password."""

    secret: Secret


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenCommand:
    """Sign in with XOAUTH2 and the token that a command prints; the command is run again for each new connection."""

    command: tuple[str, ...]
    seconds: float = _TOKEN_SECONDS


@dataclass(frozen=True, kw_only=True, slots=True)
class Microsoft365:
    """Sign in with XOAUTH2 as an application of Microsoft Entra (client credentials).

    The application needs the permission IMAP.AccessAsApp and, in Exchange, full access to the one mailbox. `authority`
    without the tenant.
    """

    tenant: str
    client_id: str
    client_secret: Secret
    authority: str = _AUTHORITY
    scope: str = _SCOPE


SignIn = Password | TokenCommand | Microsoft365


class TokenSource(Protocol):
    """Give an access token; with `fresh` a new one, whatever is in the cache."""

    def __call__(self, *, fresh: bool = False) -> str:
        """Return the token; raises TokenUnavailable, or MailboxUnreachable when its issuer does not answer."""


def token_source(mailbox: str, sign_in: TokenCommand | Microsoft365) -> TokenSource:
    """Make the source of tokens for a mailbox; `mailbox` is its name in the settings, for the errors."""
    if isinstance(sign_in, TokenCommand):
        return _CommandTokens(mailbox, sign_in)
    return _MicrosoftTokens(mailbox, sign_in)


class _CommandTokens:
    """Run a command and take the token from its output."""

    def __init__(self, mailbox: str, sign_in: TokenCommand) -> None:
        self._mailbox, self._sign_in = mailbox, sign_in

    def __call__(self, *, fresh: bool = False) -> str:
        return self._checked(self._output())

    def _output(self) -> str:
        name = shlex.quote(self._sign_in.command[0])
        try:
            done = subprocess.run(  # noqa: S603 - the command comes from the settings, and no shell reads it
                self._sign_in.command, capture_output=True, timeout=self._sign_in.seconds, stdin=subprocess.DEVNULL
            )
        except subprocess.TimeoutExpired as error:
            raise self._refusal(f"the token command {name} gave none within {error.timeout:.0f} seconds") from None
        except OSError as error:
            raise self._refusal(f"the token command {name} cannot be run ({error.strerror})") from error
        if done.returncode:
            last = _last_line(done.stderr)
            says = f' and said "{last}"' if last else ""
            raise self._refusal(f"the token command {name} failed with status {done.returncode}{says}")
        return done.stdout.decode("ascii", errors="replace").strip()

    def _checked(self, token: str) -> str:
        """Refuse what cannot be a token, without showing it: part of it may be one (RFC 6750, 2.1)."""
        if not token:
            raise self._refusal("the token command printed nothing")
        if len(token) > _LONGEST_TOKEN:
            raise self._refusal(f"the token command printed {len(token)} characters, too many for a token")
        if not all("!" <= character <= "~" for character in token):
            raise self._refusal("the token command has to print one token and nothing else, and printed something else")
        return token

    def _refusal(self, reason: str) -> TokenUnavailable:
        return TokenUnavailable(self._mailbox, reason)


class _MicrosoftTokens:
    """Ask Microsoft Entra for tokens through msal, which keeps them until they expire."""

    def __init__(self, mailbox: str, sign_in: Microsoft365) -> None:
        self._mailbox, self._sign_in = mailbox, sign_in
        self._application: Any = None  # msal has no types

    def __call__(self, *, fresh: bool = False) -> str:
        if fresh:
            self._application = None
        answer = self._asked(self._answer)
        token = answer.get("access_token")
        if not token:
            raise TokenUnavailable(self._mailbox, _entra_words(answer))
        return str(token)

    def _answer(self) -> dict[str, Any]:
        if self._application is None:
            self._application = self._new_application()
        answer: dict[str, Any] = self._application.acquire_token_for_client([self._sign_in.scope])
        return answer

    def _new_application(self) -> Any:
        try:
            import msal  # noqa: PLC0415 - an extra: imported only where it is used
        except ImportError as error:
            words = "the library msal is not installed: pip install 'statshop-triage[m365]'"
            raise TokenUnavailable(self._mailbox, words) from error
        return msal.ConfidentialClientApplication(
            self._sign_in.client_id,
            authority=f"{self._sign_in.authority}/{self._sign_in.tenant}",
            client_credential=self._sign_in.client_secret.reveal(),
            timeout=_TOKEN_SECONDS,
            instance_discovery=self._sign_in.authority == _AUTHORITY,
        )

    def _asked(self, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Ask, and turn what msal and its HTTP library raise into our words."""
        try:
            return ask()
        except OSError as error:  # requests.RequestException is one
            host = self._sign_in.authority.removeprefix("https://")
            raise MailboxUnreachable(
                host, 443, f"no answer to the request for a token ({type(error).__name__})"
            ) from error
        except ValueError as error:  # msal: a tenant or an authority that is none
            raise TokenUnavailable(
                self._mailbox, f"Microsoft Entra knows no tenant {self._sign_in.tenant!r}"
            ) from error


def _entra_words(answer: dict[str, Any]) -> str:
    """Say why Entra gave no token, from its answer (RFC 6749, 5.2): the first line, without trace ids."""
    description = str(answer.get("error_description") or answer.get("error") or "no reason given")
    return f'Microsoft Entra refused it and says "{description.splitlines()[0].strip()}"'


def _last_line(output: bytes) -> str:
    lines = output.decode("utf-8", errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else ""
