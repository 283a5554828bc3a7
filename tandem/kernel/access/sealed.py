"""Secrets at rest: AES-256-GCM under a ring of keys, each text bound to what it is for.

Shape: `tandem1.<key id>.<base64url of nonce and ciphertext>`. The purpose (`sim.ki:8935301…`) is authenticated, not
stored: a text that is copied to another place does not open there.
Standard: NIST SP 800-38D (GCM) with random 96-bit nonces, so at most 2^32 texts under one key.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NoReturn, Self

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tandem.kernel.access import keyfiles
from tandem.kernel.errors import Broken

KEY_FILE_SETTING: Final = "TANDEM_SEALING_KEY_FILE"
_FORM: Final = "tandem1"
_NONCE_OCTETS: Final = 12


class SealBroken(Broken):
    """A sealed text was altered, is for another purpose, or its key is not in the ring."""

    code = "access.seal_broken"


class SealingKeysMissing(Broken):
    """Something is to be sealed before the program has named its key file."""

    code = "access.sealing_keys_missing"


class Secret:
    """A value that shows itself to nobody: not in `repr`, `str`, logs, pickles or JSON. Ask with `reveal()`."""

    __slots__ = ("__value",)

    def __init__(self, value: str | bytes) -> None:
        self.__value = value.encode() if isinstance(value, str) else bytes(value)

    def reveal(self) -> bytes:
        """The value itself, for the one call that needs it."""
        return self.__value

    def reveal_text(self) -> str:
        """The value as text."""
        return self.__value.decode()

    def __repr__(self) -> str:
        return "Secret(hidden)"

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self.__value, other.reveal())

    def __hash__(self) -> int:
        raise TypeError("A secret is no key of a dictionary.")

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("A secret is not serialised; seal it.")


class _Ring(msgspec.Struct):
    current: str
    keys: dict[str, str]


class SealingKeys:
    """A ring of keys: the current one seals, all of them open."""

    def __init__(self, current: str, keys: Mapping[str, bytes]) -> None:
        self.current = current
        self._ciphers = MappingProxyType({key_id: AESGCM(key) for key_id, key in keys.items()})

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """The ring that the file holds; a file with one new key is made where there is none.

        Raises: KeyFileUnsafe.
        """
        return cls._from_bytes(keyfiles.read_or_make(path, lambda: _encoded(_with_new_key(None))), path)

    @classmethod
    def rotate(cls, path: Path) -> Self:
        """Adds a key to the file and makes it the current one; the old ones still open what they sealed."""
        ring = msgspec.json.decode(keyfiles.read(path), type=_Ring)
        keyfiles.replace(path, _encoded(_with_new_key(ring)))
        return cls.from_file(path)

    def seal(self, plain: Secret | str | bytes, *, purpose: str) -> str:
        """The text to keep."""
        value = plain.reveal() if isinstance(plain, Secret) else plain.encode() if isinstance(plain, str) else plain
        nonce = os.urandom(_NONCE_OCTETS)
        body = nonce + self._ciphers[self.current].encrypt(nonce, value, _bound_to(self.current, purpose))
        return f"{_FORM}.{self.current}.{base64.urlsafe_b64encode(body).decode()}"

    def unseal(self, text: str, *, purpose: str) -> Secret:
        """The secret that was sealed for this purpose.

        Raises: SealBroken.
        """
        key_id, body = _parts(text)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise SealBroken("The key that sealed this is not in the key ring.", key_id=key_id, purpose=purpose)
        try:
            plain = cipher.decrypt(body[:_NONCE_OCTETS], body[_NONCE_OCTETS:], _bound_to(key_id, purpose))
        except InvalidTag as error:
            raise SealBroken(
                "The sealed text was altered or is for another purpose.", key_id=key_id, purpose=purpose
            ) from error
        return Secret(plain)

    def reseal(self, text: str, *, purpose: str) -> str:
        """The same secret under the current key; a text that is already under it comes back as it is."""
        if _parts(text)[0] == self.current:
            return text
        return self.seal(self.unseal(text, purpose=purpose), purpose=purpose)

    @classmethod
    def _from_bytes(cls, content: bytes, path: Path) -> Self:
        try:
            ring = msgspec.json.decode(content, type=_Ring)
            return cls(ring.current, {key_id: base64.b64decode(key) for key_id, key in ring.keys.items()})
        except (msgspec.DecodeError, ValueError) as error:
            raise keyfiles.KeyFileUnsafe(f"The key file {path} holds no key ring.") from error


_in_use: SealingKeys | None = None


def use_sealing_keys(keys: SealingKeys) -> None:
    """Names the ring that `seal` and `unseal` use in this process: once, when the program starts."""
    global _in_use
    _in_use = keys


def sealing_keys() -> SealingKeys:
    """The ring in use; without one, that of the file that the environment names.

    Raises: SealingKeysMissing, KeyFileUnsafe.
    """
    if _in_use is None:
        path = os.environ.get(KEY_FILE_SETTING)
        if not path:
            raise SealingKeysMissing("No sealing keys are in use.", next_action=f"Set {KEY_FILE_SETTING}.")
        use_sealing_keys(SealingKeys.from_file(Path(path)))
        return sealing_keys()
    return _in_use


def seal(plain: Secret | str | bytes, *, purpose: str) -> str:
    """The text to keep, under the ring in use."""
    return sealing_keys().seal(plain, purpose=purpose)


def unseal(text: str, *, purpose: str) -> Secret:
    """The secret that was sealed for this purpose.

    Raises: SealBroken.
    """
    return sealing_keys().unseal(text, purpose=purpose)


def _with_new_key(ring: _Ring | None) -> _Ring:
    key_id = secrets.token_hex(4)
    keys = dict(ring.keys) if ring else {}
    return _Ring(current=key_id, keys=keys | {key_id: base64.b64encode(AESGCM.generate_key(256)).decode()})


def _encoded(ring: _Ring) -> bytes:
    return msgspec.json.encode(ring)


def _bound_to(key_id: str, purpose: str) -> bytes:
    return f"{_FORM}|{key_id}|{purpose}".encode()


def _parts(text: str) -> tuple[str, bytes]:
    form, _, rest = text.partition(".")
    key_id, _, body = rest.partition(".")
    if form != _FORM or not body:
        raise SealBroken("This is no sealed text.")
    try:
        return key_id, base64.b64decode(body, altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise SealBroken("This is no sealed text.", key_id=key_id) from error
