"""What is wanted of a home register about a mobile subscriber."""

from __future__ import annotations

import enum
from typing import Final

import msgspec

from tandem.kernel.errors import Invalid
from tandem.oss.elements.terms.errors import SubjectUnknown
from tandem.oss.elements.terms.values import Attributes, SecretKey, Value

_DECIMAL: Final = frozenset("0123456789")


class Keep(enum.Enum):
    """Stands for "as it is" in a change."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP


class Authentication2g(msgspec.Struct, frozen=True, kw_only=True):
    """A GSM key and its algorithm: comp128v1, comp128v2, comp128v3 or xor. Standard: 3GPP TS 43.020, annex C."""

    algorithm: str
    ki: SecretKey

    def __post_init__(self) -> None:
        if self.algorithm not in ("comp128v1", "comp128v2", "comp128v3", "xor"):
            raise Invalid(f"{self.algorithm} is not a GSM authentication algorithm that we know", path="algorithm")

    def attributes(self) -> dict[str, Value]:
        """As flat attributes."""
        return {"authentication_2g.algorithm": self.algorithm, "authentication_2g.ki": self.ki}


class Authentication3g(msgspec.Struct, frozen=True, kw_only=True):
    """A MILENAGE key with the operator's variant: the SIM's own OPc, or the OP that it is made of; never both.

    Units: ind_bitlen, bits of the sequence number that tell the asking networks apart.
    Standard: 3GPP TS 35.206 (OP, OPc), TS 33.102 annex C (IND).
    """

    k: SecretKey
    opc: SecretKey | None = None
    op: SecretKey | None = None
    ind_bitlen: int = 5

    def __post_init__(self) -> None:
        if (self.opc is None) == (self.op is None):
            raise Invalid("a 3G key goes with either OPc or OP", path="opc")
        if not 0 <= self.ind_bitlen <= 28:
            raise Invalid("the IND has 0 to 28 bits", path="ind_bitlen", ind_bitlen=self.ind_bitlen)

    def attributes(self) -> dict[str, Value]:
        """As flat attributes."""
        variant: dict[str, Value] = {}
        if self.opc is not None:
            variant["authentication_3g.opc"] = self.opc
        if self.op is not None:
            variant["authentication_3g.op"] = self.op
        fixed: dict[str, Value] = {"authentication_3g.algorithm": "milenage", "authentication_3g.k": self.k}
        return fixed | variant | {"authentication_3g.ind_bitlen": self.ind_bitlen}


class MobileSubscriber(msgspec.Struct, frozen=True, kw_only=True):
    """All that a home register is to hold of a subscriber; made where it is not there yet.

    `cs_enabled` and `ps_enabled` are the network access mode: calls and messages, data.
    Standard: 3GPP TS 23.003 (IMSI, MSISDN), TS 23.008, 2.1.1.2 (network access mode).
    """

    imsi: str
    msisdn: str | None = None
    authentication_2g: Authentication2g | None = None
    authentication_3g: Authentication3g | None = None
    cs_enabled: bool = True
    ps_enabled: bool = True

    def __post_init__(self) -> None:
        require_imsi(self.imsi)
        require_msisdn(self.msisdn)

    @property
    def subject(self) -> str:
        """The IMSI."""
        return self.imsi

    def applied_to(self, present: Attributes | None) -> Attributes:
        """Its own attributes, whatever there is now."""
        attributes: dict[str, Value] = {"cs_enabled": self.cs_enabled, "ps_enabled": self.ps_enabled}
        if self.msisdn is not None:
            attributes["msisdn"] = self.msisdn
        for authentication in (self.authentication_2g, self.authentication_3g):
            if authentication is not None:
                attributes |= authentication.attributes()
        return attributes


class SubscriberChange(msgspec.Struct, frozen=True, kw_only=True):
    """Some attributes of a subscriber that the element has: suspend and resume, another number, another SIM's keys.

    What is KEEP stays as it is, None takes away.
    """

    imsi: str
    msisdn: str | Keep | None = KEEP
    authentication_2g: Authentication2g | Keep | None = KEEP
    authentication_3g: Authentication3g | Keep | None = KEEP
    cs_enabled: bool | Keep = KEEP
    ps_enabled: bool | Keep = KEEP

    def __post_init__(self) -> None:
        require_imsi(self.imsi)
        if not isinstance(self.msisdn, Keep):
            require_msisdn(self.msisdn)

    @property
    def subject(self) -> str:
        """The IMSI."""
        return self.imsi

    def applied_to(self, present: Attributes | None) -> Attributes:
        """What there is now, with what is named replaced."""
        if present is None:
            raise SubjectUnknown(f"the element has no subscriber {self.imsi} to change", subject=self.imsi)
        attributes = dict(present)
        for name in ("msisdn", "cs_enabled", "ps_enabled"):
            _replace(attributes, name, getattr(self, name))
        for group in ("authentication_2g", "authentication_3g"):
            _replace_group(attributes, group, getattr(self, group))
        return attributes


def _replace(attributes: dict[str, Value], name: str, value: Value | Keep | None) -> None:
    if value is None:
        attributes.pop(name, None)
    elif not isinstance(value, Keep):
        attributes[name] = value


def _replace_group(
    attributes: dict[str, Value], group: str, value: Authentication2g | Authentication3g | Keep | None
) -> None:
    if isinstance(value, Keep):
        return
    for name in [name for name in attributes if name.startswith(f"{group}.")]:
        del attributes[name]
    if value is not None:
        attributes |= value.attributes()


class NoSubscriber(msgspec.Struct, frozen=True, kw_only=True):
    """The element is not to have this subscriber."""

    imsi: str

    def __post_init__(self) -> None:
        require_imsi(self.imsi)

    @property
    def subject(self) -> str:
        """The IMSI."""
        return self.imsi

    def applied_to(self, present: Attributes | None) -> None:
        """Nothing, whatever there is now."""


def require_imsi(imsi: str) -> None:
    """Raises: Invalid unless it has 6 to 15 digits (3GPP TS 23.003, 2.2)."""
    if not 6 <= len(imsi) <= 15 or not _DECIMAL.issuperset(imsi):
        raise Invalid("an IMSI has 6 to 15 digits", code="elements.malformed_imsi", path="imsi", imsi=imsi)


def require_msisdn(msisdn: str | None) -> None:
    """Raises: Invalid unless it is None or has 1 to 15 digits, country code first (ITU-T E.164)."""
    if msisdn is not None and (not 1 <= len(msisdn) <= 15 or not _DECIMAL.issuperset(msisdn)):
        raise Invalid(
            "an MSISDN has 1 to 15 digits and no sign", code="elements.malformed_msisdn", path="msisdn", msisdn=msisdn
        )
