"""Our own issuer's keys: ES256 pairs in a file that only the program reads; the public halves are served as a JWKS.

Standards: RFC 7517 (JWK, JWKS), RFC 7638 (a key's id is its thumbprint).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Self

import msgspec
from joserfc.jwk import ECKey

from tandem.kernel.access import keyfiles

ALGORITHM: Final = "ES256"
KEY_FILE_SETTING: Final = "TANDEM_SIGNING_KEY_FILE"
_KEPT: Final = 3


class SigningKeys:
    """The newest pair signs; the ones before it still prove the tokens that they signed."""

    def __init__(self, pairs: list[dict[str, Any]]) -> None:
        self._keys = [ECKey.import_key(pair) for pair in pairs]

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """The pairs in the file; one new pair is made where there is no file.

        Raises: KeyFileUnsafe.
        """
        return cls._parsed(keyfiles.read_or_make(path, lambda: msgspec.json.encode([_new_pair()])), path)

    @classmethod
    def rotate(cls, path: Path) -> Self:
        """Puts a new pair first. Tokens of the last three pairs are still good until they expire."""
        pairs = msgspec.json.decode(keyfiles.read(path), type=list[dict[str, Any]])
        keyfiles.replace(path, msgspec.json.encode([_new_pair(), *pairs][:_KEPT]))
        return cls.from_file(path)

    @property
    def signing(self) -> ECKey:
        """The pair that signs."""
        return self._keys[0]

    def public_set(self) -> dict[str, Any]:
        """What `/.well-known/jwks.json` answers."""
        return {"keys": [key.as_dict(private=False) for key in self._keys]}

    @classmethod
    def _parsed(cls, content: bytes, path: Path) -> Self:
        try:
            return cls(msgspec.json.decode(content, type=list[dict[str, Any]]))
        except (msgspec.DecodeError, ValueError) as error:
            raise keyfiles.KeyFileUnsafe(f"The key file {path} holds no signing keys.") from error


def _new_pair() -> dict[str, Any]:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM})
    key.ensure_kid()
    return dict(key.as_dict(private=True))
