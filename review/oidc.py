"""Single sign-on by OpenID Connect: authorisation code, PKCE and nonce. Authlib is known here only.

State, nonce and verifier are derived from a secret that the browser keeps in a cookie between going and coming back
(OpenID Connect Core 3.1; RFC 7636; RFC 9207 for the issuer in the answer): the server keeps nothing.
"""

import hmac
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from review.signon import Identity, SignOnRefusedError, SignOnUnavailableError

log = logging.getLogger(__name__)
ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "ES256",
    "ES384",
    "EdDSA",
)  # signatures only: no "none", no shared key
SECONDS = 10
LEEWAY = 60  # seconds by which two clocks may differ
RETURN = "/sign-in/return"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, kw_only=True, slots=True)
class OidcOptions:
    """A provider, and how we are known to it. `address` is the page's own as browsers see it, without a path."""

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    address: str
    label: str = "your department’s sign-in"
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    name_claim: str = "preferred_username"
    roles_claim: str = "roles"


class Oidc:
    """One provider; what it says of itself is asked for at the first sign-in."""

    def __init__(self, options: OidcOptions) -> None:
        """Ask nobody yet."""
        self.options, self.label = options, options.label
        self._provider: Mapping[str, Any] = {}
        self._keys: Any = None

    def begin(self, secret: str) -> str:
        """Give the provider's address to send the browser to."""
        with _foreign_errors(), self._session() as session:
            endpoint, verifier = self._described()["authorization_endpoint"], _derived(secret, "verifier")
            address, _ = session.create_authorization_url(
                endpoint, state=_derived(secret, "state"), nonce=_derived(secret, "nonce"), code_verifier=verifier
            )
        return str(address)

    def finish(self, secret: str, query: str) -> Identity:
        """Exchange the code that the browser came back with for a token, and read who it names."""
        answer = {name: values[0] for name, values in parse_qs(query).items()}
        self._check_answer(answer, _derived(secret, "state"))
        with _foreign_errors(), self._session() as session:
            endpoint, verifier = self._described()["token_endpoint"], _derived(secret, "verifier")
            token = session.fetch_token(endpoint, code=answer["code"], code_verifier=verifier, timeout=SECONDS)
            claims = self._claims(token, _derived(secret, "nonce"))
        return self._identity(claims)

    def _check_answer(self, answer: Mapping[str, str], state: str) -> None:
        if not hmac.compare_digest(answer.get("state", "").encode(), state.encode()):
            raise SignOnRefusedError("the answer belongs to another sign-in")
        if answer.get("iss", self.options.issuer) != self.options.issuer:
            raise SignOnRefusedError("another provider answered")
        if "code" not in answer:
            raise SignOnRefusedError("the provider refused")

    def _session(self) -> Any:
        known = self.options
        return OAuth2Session(
            known.client_id,
            known.client_secret or None,
            scope=" ".join(known.scopes),
            redirect_uri=known.address.rstrip("/") + RETURN,
            code_challenge_method="S256",
        )

    def _described(self) -> Mapping[str, Any]:
        """Give what the provider says of itself; it must be the issuer that is set, and its addresses safe."""
        if not self._provider:
            found = _fetched(f"{self.options.issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self.options.issuer:
                raise SignOnRefusedError("the provider names another issuer")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if not is_safe(str(found.get(name, ""))):
                    raise SignOnRefusedError(f"the provider's {name} is not https")
            self._provider = found
        return self._provider

    def _claims(self, token: Mapping[str, Any], nonce: str) -> CodeIDToken:
        """Check the ID token: its signature, and that it is from this issuer, for us, of now, and of this sign-in."""
        text = str(token.get("id_token", ""))
        try:
            signed = jwt.decode(text, self._key_set(), algorithms=list(ALGORITHMS))
        except InvalidKeyIdError:  # the provider has new keys
            signed = jwt.decode(text, self._key_set(anew=True), algorithms=list(ALGORITHMS))
        known = self.options
        wanted = {
            "iss": {"essential": True, "value": known.issuer},
            "aud": {"essential": True, "value": known.client_id},
        }
        given = {"nonce": nonce, "client_id": known.client_id, "access_token": token.get("access_token")}
        claims = CodeIDToken(signed.claims, signed.header, wanted, given)
        claims.validate(leeway=LEEWAY)
        return claims

    def _key_set(self, *, anew: bool = False) -> Any:
        if self._keys is None or anew:
            self._keys = KeySet.import_key_set(_fetched(self._described()["jwks_uri"]))  # type: ignore[arg-type]  # JSON
        return self._keys

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        name, roles = claims.get(self.options.name_claim), claims.get(self.options.roles_claim, [])
        if not isinstance(name, str) or not name.strip():
            raise SignOnRefusedError(f"the token has no {self.options.name_claim}")
        roles = [roles] if isinstance(roles, str) else roles
        given = frozenset(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else frozenset()
        return Identity(subject=f"{claims['iss']} {claims['sub']}", name=name.strip(), roles=given)


def is_safe(address: str) -> bool:
    """Say whether an address is https, or on this machine."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


def _derived(secret: str, purpose: str) -> str:
    """Derive what is sent to the provider from the browser's secret: 64 characters that RFC 7636 allows."""
    return hmac.new(secret.encode(), f"sign-on {purpose}".encode(), sha256).hexdigest()


def _fetched(address: str) -> Mapping[str, Any]:
    answer = requests.get(address, timeout=SECONDS, allow_redirects=False)
    answer.raise_for_status()
    found = answer.json()
    return found if isinstance(found, dict) else {}


@contextmanager
def _foreign_errors() -> Iterator[None]:
    """Turn what the libraries raise into our words; what the provider sent stays out of them."""
    try:
        yield
    except requests.exceptions.RequestException as error:
        raise SignOnUnavailableError(type(error).__name__) from error
    except (AuthlibBaseError, JoseError, ValueError) as error:
        raise SignOnRefusedError(type(error).__name__) from error
