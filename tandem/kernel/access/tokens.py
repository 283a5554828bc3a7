"""Bearer tokens: JWTs of our own issuer, or of any OpenID Connect issuer that the settings name.

Standards: RFC 7519 (JWT), RFC 8725 (best practice: algorithms by allow-list, issuer and audience always checked).
Tokens live on real time, never on the business clock.
"""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from tandem.kernel import json
from tandem.kernel.access.policy import Caller
from tandem.kernel.access.signing import ALGORITHM, SigningKeys
from tandem.kernel.errors import Unauthenticated, Unavailable
from tandem.kernel.ids import new_id

OWN_ISSUER: Final = "urn:tandem"
OWN_AUDIENCE: Final = "tandem"
ASYMMETRIC: Final = ("ES256", "ES384", "RS256", "RS384", "RS512", "PS256", "EdDSA")
LEEWAY_S: Final = 30
_REFETCH_AFTER_S: Final = 60.0
_REMEMBERED_AT_MOST: Final = 20_000
_LONGEST_TOKEN: Final = 16_384


class TokenRefused(Unauthenticated):
    """The bearer token proves nobody: altered, expired, for another audience, or from an issuer that is not ours."""

    code = "access.token_refused"


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """Where an issuer puts what we need; dotted paths (`realm_access.roles`)."""

    roles: str = "roles"
    tenant: str = "tenant"
    party: str = "party_id"
    subject: str = "sub"


@dataclass(frozen=True, slots=True)
class Issuer:
    """One issuer whose tokens count, and what they may say.

    `role_map` translates the issuer's role words; without it they must be ours. A `tenant` fixed here beats any claim.
    """

    name: str
    audience: str
    keys: Callable[[bool], KeySet]
    algorithms: tuple[str, ...] = (ALGORITHM,)
    claims: ClaimNames = field(default_factory=ClaimNames)
    role_map: Mapping[str, str] | None = None
    tenant: str | None = None


def own_issuer(key_file: Path) -> Issuer:
    """Tandem as its own issuer; keys that another process rotated in are read when a token names one."""
    return Issuer(
        OWN_ISSUER, OWN_AUDIENCE, _Keys(lambda: msgspec.json.encode(SigningKeys.from_file(key_file).public_set()))
    )


def issue_token(
    keys: SigningKeys, *, role: str | Iterable[str], tenant: str, subject: str, ttl_s: int, party_id: str | None = None
) -> str:
    """A token of our own for one subject with these roles.

    Units: `ttl_s` in seconds of real time.
    """
    now = int(time.time())
    claims = {
        "iss": OWN_ISSUER,
        "aud": OWN_AUDIENCE,
        "sub": subject,
        "tenant": tenant,
        "roles": [role] if isinstance(role, str) else sorted(role),
        "iat": now,
        "nbf": now,
        "exp": now + ttl_s,
        "jti": new_id(),
    }
    if party_id is not None:
        claims["party_id"] = party_id
    return jwt.encode({"alg": ALGORITHM, "kid": keys.signing.kid}, claims, keys.signing)


def keys_in_file(path: Path) -> Callable[[bool], KeySet]:
    """The issuer's public keys from a JWKS file; read again when a token names a key that is not there."""
    return _Keys(path.read_bytes)


def keys_at_url(url: str, *, timeout_s: float = 5.0) -> Callable[[bool], KeySet]:
    """The issuer's public keys from its own address, fetched when first needed and when it has rotated."""
    return _Keys(lambda: httpx.get(url, timeout=timeout_s, follow_redirects=False).raise_for_status().content)


class _Keys:
    """A key set that is fetched again at most once a minute, and kept when the issuer does not answer."""

    def __init__(self, fetch: Callable[[], bytes]) -> None:
        self._fetch = fetch
        self._held: KeySet | None = None
        self._tried_at = float("-inf")
        self._lock = threading.Lock()

    def __call__(self, renew: bool) -> KeySet:
        with self._lock:
            if self._held is None or (renew and time.monotonic() - self._tried_at > _REFETCH_AFTER_S):
                self._renew()
            if self._held is None:
                raise Unavailable("The issuer's keys cannot be had.", code="access.issuer_unavailable")
            return self._held

    def _renew(self) -> None:
        self._tried_at = time.monotonic()
        try:
            self._held = KeySet.import_key_set(msgspec.json.decode(self._fetch()))
        except (httpx.HTTPError, OSError, ValueError, JoseError) as error:
            if self._held is None:
                raise Unavailable(
                    f"The issuer's keys cannot be had: {error}.", code="access.issuer_unavailable"
                ) from error


class Tokens:
    """Verifies bearer tokens and remembers the verdict until they expire.

    Shape: the memory is SHA-256 of the token → (caller, end), so that no token is kept.
    """

    def __init__(self, issuers: Iterable[Issuer], *, roles: frozenset[str], tenants: frozenset[str] | None = None):
        self._issuers = {issuer.name: issuer for issuer in issuers}
        self._roles = roles
        self._tenants = tenants
        self._known: dict[bytes, tuple[Caller, float]] = {}

    def remembered(self, token: str) -> Caller | None:
        """The caller of a token that was verified before and is still good; never blocks."""
        found = self._known.get(_digest(token))
        return found[0] if found is not None and found[1] > time.time() else None

    def caller(self, token: str) -> Caller:
        """The caller that the token proves. May fetch the issuer's keys: not on the event loop.

        Raises: TokenRefused, Unavailable (the issuer's keys cannot be had).
        """
        known = self.remembered(token)
        if known is not None:
            return known
        if len(token) > _LONGEST_TOKEN:
            raise TokenRefused("The bearer token is too long.")
        issuer = self._issuer_of(token)
        claims = _checked_claims(issuer, _decoded(issuer, token))
        caller = self._caller_of(issuer, claims)
        self._remember(token, caller, float(claims["exp"]))
        return caller

    def _issuer_of(self, token: str) -> Issuer:
        """The issuer that the token names: only a choice of keys, nothing is believed yet."""
        issuer = self._issuers.get(str(_unproved_claims(token).get("iss")))
        if issuer is None:
            raise TokenRefused("The bearer token is from an issuer that this installation does not know.")
        return issuer

    def _caller_of(self, issuer: Issuer, claims: json.Doc) -> Caller:
        roles = frozenset(_role_words(issuer, claims)) & self._roles
        if not roles:
            raise TokenRefused("The bearer token carries no role that this installation knows.")
        tenant = issuer.tenant or json.at(claims, issuer.claims.tenant)
        if not isinstance(tenant, str) or (self._tenants is not None and tenant not in self._tenants):
            raise TokenRefused("The bearer token names no tenant of this installation.")
        subject = str(json.at(claims, issuer.claims.subject))
        party = json.at(claims, issuer.claims.party)
        return Caller(tenant, f"token:{subject}", roles, party if isinstance(party, str) else None)

    def _remember(self, token: str, caller: Caller, until: float) -> None:
        if len(self._known) >= _REMEMBERED_AT_MOST:
            now = time.time()
            self._known = {key: kept for key, kept in self._known.items() if kept[1] > now}
            if len(self._known) >= _REMEMBERED_AT_MOST:
                self._known = {}
        self._known[_digest(token)] = (caller, until)


def _role_words(issuer: Issuer, claims: json.Doc) -> list[str]:
    named = json.at(claims, issuer.claims.roles)
    words = [str(word) for word in (named if isinstance(named, list) else [named])]
    return words if issuer.role_map is None else [issuer.role_map.get(word, "") for word in words]


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _unproved_claims(token: str) -> json.Doc:
    try:
        body = token.split(".")[1]
        claims = msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (IndexError, ValueError) as error:
        raise TokenRefused("The bearer token is no JWT.") from error
    return claims if isinstance(claims, dict) else {}


def _decoded(issuer: Issuer, token: str) -> json.Doc:
    for renew in (False, True):
        try:
            registry = JWSRegistry(algorithms=list(issuer.algorithms))
            return dict(jwt.decode(token, issuer.keys(renew), registry=registry).claims)
        except (JoseError, ValueError) as error:
            refusal = TokenRefused(f"The bearer token is not good: {_in_words(error)}.")
    raise refusal


def _checked_claims(issuer: Issuer, claims: json.Doc) -> json.Doc:
    registry = jwt.JWTClaimsRegistry(
        leeway=LEEWAY_S,
        iss={"essential": True, "value": issuer.name},
        aud={"essential": True, "value": issuer.audience},
        exp={"essential": True},
        sub={"essential": True},
    )
    try:
        registry.validate(claims)
    except JoseError as error:
        raise TokenRefused(f"The bearer token is not good: {_in_words(error)}.") from error
    return claims


def _in_words(error: Exception) -> str:
    return str(getattr(error, "description", "") or getattr(error, "error", "") or type(error).__name__)
