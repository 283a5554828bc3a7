"""From files to what came out: what could not be taken is told, and what could is rated."""

from __future__ import annotations

from typing import Any

from tandem.bss.charging.rules.sandbox.reading import read_state, read_tariffs, read_usage
from tandem.bss.charging.rules.sandbox.telling import told
from tandem.bss.charging.rules.sandbox.trying import try_uses
from tandem.bss.charging.terms.sandbox import Manner, Refusal, SandboxFile, StateFile
from tandem.kernel.errors import Invalid


def rate_files(
    tariff: SandboxFile, usage: SandboxFile, *, state: SandboxFile | None = None, manner: Manner
) -> dict[str, Any]:
    """What the uses of a file cost by the tariffs of another. `refused` names what could not be taken, and why.

    A tariff or a state that is refused rates nothing (`isRated` is false); lines of usage are refused one by one.
    """
    tariffs, refused = read_tariffs(tariff.data, file=tariff.name)
    begins, more = (StateFile(), ()) if state is None else read_state(state.data, file=state.name)
    if refused or more:
        return _refused((*refused, *more))
    uses, lines = read_usage(usage.lines, file=usage.name)
    try:
        trial = try_uses(tariffs, uses, state=begins, manner=manner)
    except Invalid as fault:
        name = state.name if state is not None and fault.path else tariff.name
        return _refused((Refusal(file=name, line=0, path=fault.path or "", reason=fault.reason),))
    return {"isRated": True, "refused": [_written(one) for one in lines], **told(trial)}


def _refused(found: tuple[Refusal, ...]) -> dict[str, Any]:
    return {"isRated": False, "refused": [_written(one) for one in found]}


def _written(one: Refusal) -> dict[str, Any]:
    return {"file": one.file, "line": one.line, "path": one.path, "reason": one.reason}
