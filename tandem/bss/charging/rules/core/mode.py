"""Interpreted or compiled: the kernel as machine code, made from the very functions that the interpreter runs.

Compiled functions are copies of the marked ones that see one another. What numba makes is kept under a name of what it
was made from, so a changed kernel never meets an old one; where nothing can be kept it is made again in each process.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import FunctionType
from typing import Any, Final

from tandem.bss.charging.rules.core import compiled, law, layout
from tandem.bss.charging.rules.core.kernel import allowances, amounts, asks, clock, exact, pieces, sources, stock, world
from tandem.bss.charging.rules.core.machine import MARKED

MODULES: Final = (exact, clock, stock, sources, allowances, amounts, pieces, asks)
WORTH_COMPILING: Final = 5_000
"""Uses in a batch from which on loading the compiled kernel costs less than it saves."""
INLINED: Final = 400
"""Bytes of bytecode below which a function is put where it is called: half as fast without, twice as long to compile
with all of them."""
COMPILED_FROM: Final = ("law", "layout", "machine", "mode", "pointers", "rows")
ENTRIES: Final = ("rate_uses", "reserve_asks")

Entry = Callable[[world.World, int], int]
_chosen: list[bool] = []


def use_compiled(chosen: bool | None = True) -> None:
    """Run compiled (a process that rates all day), interpreted, or (`None`) as the size of each batch says."""
    _chosen[:] = [] if chosen is None else [chosen]


def is_compiled(uses: int) -> bool:
    """Whether a batch of so many uses runs compiled: as chosen, or when it is large or the kernel is there already."""
    if _chosen:
        return _chosen[0]
    return uses >= WORTH_COMPILING or compiled_entries.cache_info().currsize > 0


def interpreted_entry(name: str) -> Entry:
    """An entry of the kernel for the interpreter."""
    return pieces.rate_uses if name == "rate_uses" else asks.reserve_asks


@cache
def compiled_entries() -> dict[str, Entry]:
    """The entries of the kernel as machine code; compiled, or read from what was kept, at their first call.

    Two threads may be here at once: what the first has put in its place stays there.
    """
    import numba

    from tandem.bss.charging.rules.core import pointers

    names, marked = vars(compiled), {function.__name__ for function in MARKED}
    for module in (layout, law, *MODULES):
        names.update({name: value for name, value in vars(module).items() if name not in marked and name[:2] != "__"})
    names["world_at"], names["prefetch"] = pointers.world_at, pointers.prefetch
    config: Any = numba.config
    kept, config.CACHE_DIR = config.CACHE_DIR, _folder(str(config.CACHE_DIR))
    try:
        for function in MARKED:
            copy = FunctionType(function.__code__, names, function.__name__, function.__defaults__)
            is_entry = function.__name__ in ENTRIES
            is_kept = is_entry and bool(config.CACHE_DIR)
            is_inlined = not is_entry and len(function.__code__.co_code) < INLINED
            made = numba.njit(copy, cache=is_kept, error_model="numpy", forceinline=is_inlined)
            names.setdefault(function.__name__, made)
        return {name: _entry(names[name], pointers.addresses_of) for name in ENTRIES}
    finally:
        config.CACHE_DIR = kept


def _entry(compiled: Any, addresses_of: Any) -> Entry:
    def entry(world: world.World, first: int) -> int:
        return int(compiled(addresses_of(world), first))

    return entry


def _folder(configured: str) -> str:
    """Where what is compiled from this source is kept; empty where nothing can be."""
    here = Path(__file__).parent
    files = [*sorted((here / "kernel").glob("*.py")), *(here / f"{name}.py" for name in COMPILED_FROM)]
    name = sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]
    for base in (Path(configured), here / "__pycache__", Path.home() / ".cache" / "tandem"):
        folder = base / f"kernel-{name}"
        if base != Path(""):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                (folder / "writable").touch()
            except OSError:
                continue
            return str(folder)
    return ""
