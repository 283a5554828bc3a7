"""The four beats against an osmo-hlr."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from tandem.kernel.errors import Invalid
from tandem.oss.elements.clients.ctrl import CtrlClient, CtrlRefusal
from tandem.oss.elements.clients.gsup import GsupClient
from tandem.oss.elements.clients.link import Endpoint
from tandem.oss.elements.drivers.osmo_hlr import facts
from tandem.oss.elements.protocols import ctrl
from tandem.oss.elements.protocols.errors import Garbled
from tandem.oss.elements.protocols.gsup import Domain
from tandem.oss.elements.rules.diffing import diff_states
from tandem.oss.elements.terms import (
    AttachResult,
    Diff,
    ElementRefused,
    ElementState,
    ElementUnavailable,
    Exchange,
    Intent,
    NumberTaken,
    Reachability,
    ReadBackDiffers,
    Receipt,
    Staged,
)

# How often the way is worked out anew when the register turns out to be elsewhere than it just said.
_ROUNDS: Final = 3


class HlrAddress(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Where a home register listens. Units: timeout_s, for one question."""

    host: str
    ctrl_port: int = 4259
    gsup_port: int = 4222
    timeout_s: float = 2.0


class OsmoHlrDriver:
    """Safe to use from several threads; keeps up to four links open."""

    def __init__(self, name: str, address: HlrAddress) -> None:
        self.name = name
        control = Endpoint(address.host, address.ctrl_port)
        self._ctrl = CtrlClient(control, timeout_s=address.timeout_s)
        self._probe = CtrlClient(control, timeout_s=min(1.0, address.timeout_s), links=1)
        self._gsup = GsupClient(Endpoint(address.host, address.gsup_port), timeout_s=address.timeout_s + 1)

    @classmethod
    def from_doc(cls, name: str, address: Mapping[str, Any]) -> OsmoHlrDriver:
        """The driver for an address as the registry keeps it. Raises: Invalid."""
        try:
            return cls(name, msgspec.convert(address, HlrAddress))
        except msgspec.ValidationError as fault:
            raise Invalid(f"not an address of a home register: {fault}", path="address") from fault

    def stage(self, intent: Intent) -> Staged:
        """Read what the register holds and work out what it is to hold."""
        before = self.read_back(intent.subject)
        intended = ElementState(subject=intent.subject, attributes=intent.applied_to(before.attributes))
        return Staged(element=self.name, before=before, intended=intended)

    def diff(self, staged: Staged) -> Diff:
        """What the register holds now against what it is to hold."""
        return diff_states(self.read_back(staged.subject), staged.intended)

    def commit(self, staged: Staged) -> Receipt:
        """Set what differs."""
        return self._bring_to(staged.intended)

    def confirm(self, staged: Staged) -> ElementState:
        """Read back and compare."""
        return self._require(staged.intended)

    def rollback(self, staged: Staged) -> Receipt:
        """Set back what differs from what was there before, and read back."""
        receipt = self._bring_to(staged.before)
        self._require(staged.before)
        return receipt

    def read_back(self, subject: str) -> ElementState:
        """All that the register tells about the subscriber."""
        try:
            told = ctrl.parse_table(self._ctrl.get(facts.question_about(subject)))
            return facts.state_of(subject, told)
        except CtrlRefusal as refusal:
            if refusal.answer == facts.NO_SUCH_SUBSCRIBER:
                return ElementState(subject=subject, attributes=None)
            raise self._refused(refusal, subject, []) from refusal
        except (Garbled, KeyError) as fault:
            raise ElementUnavailable(f"{self.name} does not tell what we expect of a subscriber: {fault}") from fault

    def probe(self) -> Reachability:
        """Ask for a subscriber that cannot exist."""
        started = time.monotonic()
        try:
            self._probe.get(facts.HARMLESS_QUESTION)
        except CtrlRefusal:
            pass  # "No such subscriber." is an answer, as any other would be
        except ElementUnavailable as fault:
            return _reachability(started, answers=False, detail=fault.reason)
        return _reachability(started, answers=True, detail="answers")

    def attach(self, imsi: str, domain: str = "PS") -> AttachResult:
        """What a phone's attach comes to. Raises: ElementUnavailable."""
        return self._gsup.attach(imsi, Domain[domain])

    def close(self) -> None:
        """Let the connections go."""
        for client in (self._ctrl, self._probe, self._gsup):
            client.close()

    def _bring_to(self, intended: ElementState) -> Receipt:
        done: list[Exchange] = []
        for _ in range(_ROUNDS):
            present = self.read_back(intended.subject)
            settings = facts.settings_between(intended.subject, present.attributes, intended.attributes)
            if all(self._set(setting, intended.subject, done) for setting in settings):
                return Receipt(element=self.name, subject=intended.subject, exchanges=tuple(done))
        raise ElementUnavailable(
            f"{self.name} keeps changing under us: somebody else works on {intended.subject}", subject=intended.subject
        )

    def _set(self, setting: facts.Setting, subject: str, done: list[Exchange]) -> bool:
        """One setting; False where the register says that it is not where it was when we asked."""
        request = ctrl.redact(f"SET {setting.variable} {setting.value}")
        try:
            answer = self._ctrl.set(setting.variable, setting.value)
        except CtrlRefusal as refusal:
            so = refusal.answer in facts.ALREADY_SO
            done.append(Exchange(request=request, answer=refusal.answer, outcome="already" if so else "refused"))
            if so:
                return False
            raise self._refused(refusal, subject, done) from refusal
        done.append(Exchange(request=request, answer=ctrl.redact(answer), outcome="done"))
        return True

    def _require(self, intended: ElementState) -> ElementState:
        present = self.read_back(intended.subject)
        difference = diff_states(present, intended)
        if difference:
            raise ReadBackDiffers(
                f"{self.name} accepted the change of {intended.subject} and holds something else",
                element=self.name,
                subject=intended.subject,
                differences=difference.lines(),
                next_action="Look at the element, then roll the change back or try it again.",
            )
        return present

    def _refused(self, refusal: CtrlRefusal, subject: str, done: list[Exchange]) -> ElementRefused:
        holder = self._holder_of_number(refusal)
        kind = NumberTaken if holder else ElementRefused
        taken = f": subscriber {holder} has that number" if holder else ""
        return kind(
            f"{self.name} refused {refusal.request.variable}: {refusal.answer}{taken}",
            element=self.name,
            subject=subject,
            request=refusal.request.redacted(),
            answer=refusal.answer,
            exchanges=[msgspec.to_builtins(exchange) for exchange in done],
            **({"held_by": holder} if holder else {}),
        )

    def _holder_of_number(self, refusal: CtrlRefusal) -> str | None:
        if refusal.request.verb != ctrl.SET or not refusal.request.variable.endswith(".msisdn"):
            return None
        try:
            return ctrl.parse_table(self._ctrl.get(facts.holder_of(refusal.request.value))).get("imsi")
        except (CtrlRefusal, ElementUnavailable, Garbled):
            return None


def _reachability(started: float, *, answers: bool, detail: str) -> Reachability:
    latency = (time.monotonic() - started) * 1000
    return Reachability(answers=answers, latency_ms=round(latency, 3), detail=detail)
