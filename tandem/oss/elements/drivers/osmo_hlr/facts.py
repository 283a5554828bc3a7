"""What osmo-hlr's CTRL variables mean: its words into attributes, and attributes into the settings that bring them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from tandem.oss.elements.terms import Attributes, ElementState, SecretKey, Value

NO_SUCH_SUBSCRIBER: Final = "No such subscriber."
ALREADY_EXISTS: Final = "Subscriber already exists."
DOES_NOT_EXIST: Final = "Subscriber doesn't exist."

# Answers that say: somebody, or our own earlier try, was there first.
ALREADY_SO: Final = frozenset((NO_SUCH_SUBSCRIBER, ALREADY_EXISTS, DOES_NOT_EXIST))

# Asked of a register to see whether it answers: row numbers begin at 1.
HARMLESS_QUESTION: Final = "subscriber.by-id-0.info"

_NEW_SUBSCRIBER: Final[Attributes] = {"cs_enabled": True, "ps_enabled": True}
_FLAGS: Final = ("cs_enabled", "ps_enabled")
_GROUPS: Final = ("authentication_2g", "authentication_3g")
_KEYS: Final = {
    "aud2g.ki": "authentication_2g.ki",
    "aud3g.k": "authentication_3g.k",
    "aud3g.op": "authentication_3g.op",
    "aud3g.opc": "authentication_3g.opc",
}
_ALGORITHMS: Final = {
    "COMP128v1": "comp128v1",
    "COMP128v2": "comp128v2",
    "COMP128v3": "comp128v3",
    "XOR": "xor",
    "MILENAGE": "milenage",
}


class Setting(NamedTuple):
    """One variable to set."""

    variable: str
    value: str


def question_about(imsi: str) -> str:
    """The variable that tells all about a subscriber."""
    return f"subscriber.by-imsi-{imsi}.info-all"


def holder_of(msisdn: str) -> str:
    """The variable that tells who has a number."""
    return f"subscriber.by-msisdn-{msisdn}.info"


def state_of(imsi: str, told: Mapping[str, str]) -> ElementState:
    """The subscriber's state out of what the register tells; what is not an attribute is a fact."""
    attributes: dict[str, Value] = {"cs_enabled": told["nam_cs"] == "1", "ps_enabled": told["nam_ps"] == "1"}
    rest = {name: cell for name, cell in told.items() if name not in ("imsi", "nam_cs", "nam_ps")}
    for name, attribute in _KEYS.items():
        if name in rest:
            attributes[attribute] = SecretKey(rest.pop(name))
    for group, prefix in (("authentication_2g", "aud2g"), ("authentication_3g", "aud3g")):
        algorithm = rest.pop(f"{prefix}.algo", None)
        if algorithm is not None:
            attributes[f"{group}.algorithm"] = _ALGORITHMS.get(algorithm, algorithm)
    if "aud3g.ind_bitlen" in rest:
        attributes["authentication_3g.ind_bitlen"] = int(rest.pop("aud3g.ind_bitlen"))
    if "msisdn" in rest:
        attributes["msisdn"] = rest.pop("msisdn")
    return ElementState(subject=imsi, attributes=attributes, facts=rest)


def settings_between(imsi: str, present: Attributes | None, intended: Attributes | None) -> list[Setting]:
    """The settings that lead from one state to the other, in order; none where they are equal.

    Why this order: services are switched off first and on last, and the number, which alone may be refused, comes
    before the keys, without which nobody can attach.
    """
    if intended is None:
        return [] if present is None else [Setting("subscriber.delete", imsi)]
    start = _NEW_SUBSCRIBER if present is None else present
    create = [Setting("subscriber.create", imsi)] if present is None else []
    flags = [flag for flag in _FLAGS if start.get(flag) != intended.get(flag)]
    return [
        *create,
        *(_flag(imsi, flag, "0") for flag in flags if not intended.get(flag)),
        *_number(imsi, start.get("msisdn"), intended.get("msisdn")),
        *(_authentication(imsi, group, intended) for group in _GROUPS if _part(start, group) != _part(intended, group)),
        *(_flag(imsi, flag, "1") for flag in flags if intended.get(flag)),
    ]


def _flag(imsi: str, flag: str, value: str) -> Setting:
    return Setting(f"subscriber.by-imsi-{imsi}.{flag.replace('_', '-')}", value)


def _number(imsi: str, present: Value | None, intended: Value | None) -> list[Setting]:
    if present == intended:
        return []
    return [Setting(f"subscriber.by-imsi-{imsi}.msisdn", "none" if intended is None else str(intended))]


def _part(attributes: Attributes, group: str) -> dict[str, Value]:
    return {name: value for name, value in attributes.items() if name.startswith(f"{group}.")}


def _authentication(imsi: str, group: str, attributes: Attributes) -> Setting:
    part = {name.partition(".")[2]: value for name, value in _part(attributes, group).items()}
    if group == "authentication_2g":
        return Setting(f"subscriber.by-imsi-{imsi}.aud2g", _written(part, "algorithm", "ki"))
    variant = "opc" if "opc" in part else "op"
    value = _written({**part, "variant": variant.upper()}, "algorithm", "k", "variant", variant, "ind_bitlen")
    return Setting(f"subscriber.by-imsi-{imsi}.aud3g", value)


def _written(part: Mapping[str, Value], *names: str) -> str:
    if "algorithm" not in part:
        return "none"
    values = (part[name] for name in names)
    return ",".join(value.reveal() if isinstance(value, SecretKey) else str(value) for value in values)
