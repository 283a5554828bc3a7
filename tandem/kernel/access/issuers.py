"""The issuers whose tokens count, from an operator's settings file.

Shape (TOML): one `[[issuer]]` each, with `name`, `audience`, `jwks_url` or `jwks_file`, and if wanted `algorithms`,
`tenant`, `[issuer.claims]` (`roles`, `tenant`, `party`, `subject`) and `[issuer.role_map]`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec
from joserfc.jwk import KeySet

from tandem.kernel.access.tokens import ASYMMETRIC, OWN_ISSUER, ClaimNames, Issuer, keys_at_url, keys_in_file
from tandem.kernel.errors import Invalid

FILE_SETTING: Final = "TANDEM_ISSUERS_FILE"
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class IssuersInvalid(Invalid):
    """The settings file of token issuers cannot be used; the reason names the issuer and the fault."""

    code = "access.issuers_invalid"


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    audience: str
    jwks_url: str | None = None
    jwks_file: str | None = None
    algorithms: tuple[str, ...] = ("RS256", "ES256")
    tenant: str | None = None
    claims: ClaimNames = ClaimNames()
    role_map: dict[str, str] | None = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    issuer: tuple[_Written, ...] = ()


def issuers_in_file(path: Path, *, roles: frozenset[str]) -> tuple[Issuer, ...]:
    """Every issuer in the file.

    Raises: IssuersInvalid.
    """
    try:
        written = msgspec.toml.decode(path.read_bytes(), type=_File).issuer
    except (OSError, msgspec.DecodeError) as fault:
        raise IssuersInvalid(f"{path}: {fault}.", path=str(path)) from fault
    return tuple(_issuer(path, one, roles) for one in written)


def _issuer(path: Path, written: _Written, roles: frozenset[str]) -> Issuer:
    unknown = sorted(set((written.role_map or {}).values()) - roles)
    weak = sorted(set(written.algorithms) - set(ASYMMETRIC))
    faults = [
        f"the roles {unknown} do not exist" if unknown else "",
        f"the algorithms {weak} are not allowed, only {', '.join(ASYMMETRIC)}" if weak else "",
        "the name is Tandem's own" if written.name == OWN_ISSUER else "",
    ]
    told = next((fault for fault in faults if fault), None)
    if told is not None:
        raise IssuersInvalid(f"{written.name}: {told}.", path=str(path))
    return Issuer(
        name=written.name,
        audience=written.audience,
        keys=_keys(path, written),
        algorithms=written.algorithms,
        claims=written.claims,
        role_map=written.role_map,
        tenant=written.tenant,
    )


def _keys(path: Path, written: _Written) -> Callable[[bool], KeySet]:
    """The key source. An address is asked over TLS only: who can change the keys can be anybody."""
    if (written.jwks_url is None) == (written.jwks_file is None):
        raise IssuersInvalid(f"{written.name}: name one of jwks_url and jwks_file.", path=str(path))
    if written.jwks_file is not None:
        return keys_in_file(path.parent / written.jwks_file)
    address = urlsplit(written.jwks_url or "")
    if address.scheme != "https" and address.hostname not in _LOOPBACK:
        raise IssuersInvalid(f"{written.name}: jwks_url is not https.", path=str(path))
    return keys_at_url(written.jwks_url or "")
