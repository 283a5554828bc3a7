"""How compiled code sees the world: one pointer to a list of addresses and lengths, no references to count.

`w.buckets[i]` compiles to a load of the table's address and a multiplication. Only compiled processes import this file.
"""

# mypy: allow-untyped-calls, allow-untyped-decorators, disable-error-code="misc,override,import-untyped"
from __future__ import annotations

import operator
from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.imputils import lower_builtin, lower_getattr_generic
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, infer_getattr, infer_global, signature
from numba.extending import intrinsic, models, register_model
from numba.np.numpy_support import from_dtype
from numpy.typing import NDArray

from tandem.bss.charging.rules.core.kernel.world import ROWS, World
from tandem.bss.charging.rules.core.law import LAW_NUMBERS, LAW_ROWS, Law
from tandem.bss.charging.rules.core.rows import dtype_of

SLOTS: Final = tuple(name for name in (*Law._fields, *World._fields) if name != "law")
"""Every table by its place in the list; names are unique."""
_WORD: Final = ir.IntType(64)
_NUMBERS: Final = {
    **LAW_NUMBERS,
    "zone_first": np.int32,
    "changes": np.int64,
    "offsets": np.int32,
    "outcomes": np.int8,
}


class WorldType(types.Type):
    """The world, or the law within it: where its tables are listed."""

    def __init__(self) -> None:
        super().__init__(name="TandemWorld")


class TableType(types.Type):
    """One table of the world, with rows or numbers of one type."""

    def __init__(self, slot: int, element: Any) -> None:
        self.slot, self.element = slot, element
        super().__init__(name=f"TandemTable({slot},{element})")


WORLD: Final = WorldType()
register_model(WorldType)(models.OpaqueModel)
register_model(TableType)(models.OpaqueModel)


def addresses_of(world: World) -> NDArray[np.int64]:
    """The list that compiled code is given: address and length of each table. The world must outlive it."""
    tables: dict[str, Any] = {**world.law._asdict(), **world._asdict()}
    return np.array([one for name in SLOTS for one in (tables[name].ctypes.data, len(tables[name]))], np.int64)


def _types() -> dict[str, TableType]:
    rows = {**LAW_ROWS, **ROWS}
    kinds = {name: dtype_of(rows[name]) if name in rows else np.dtype(_NUMBERS[name]) for name in SLOTS}
    return {name: TableType(slot, from_dtype(kinds[name])) for slot, name in enumerate(SLOTS)}


TABLES: Final = _types()


@intrinsic
def world_at(_context: Any, addresses: Any) -> Any:
    """The world whose tables are listed in an array."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        listed = cgutils.create_struct_proxy(signature.args[0])(context, builder, args[0])
        return builder.bitcast(listed.data, cgutils.voidptr_t)

    return signature(WORLD, addresses), generate


@intrinsic
def prefetch(_context: Any, table: Any, index: Any) -> Any:
    """Ask the memory for a row, both lines of a long one. Nothing depends on the answer."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        listed, number = args
        word = context.cast(builder, number, signature.args[1], types.intp)
        place = _place(context, builder, table, (listed, word))
        kind = ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, *[ir.IntType(32)] * 3])
        asked = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        flags = [ir.Constant(ir.IntType(32), flag) for flag in (0, 3, 1)]  # to read, keep near, data
        for line in range(0, table.element.size, 64):
            address = builder.inttoptr(builder.add(place, ir.Constant(_WORD, line)), cgutils.voidptr_t)
            builder.call(asked, [address, *flags])
        return context.get_dummy_value()

    return signature(types.none, table, index), generate


@infer_getattr
class _WorldAttributes(AttributeTemplate):
    key = WorldType

    def generic_resolve(self, _world: Any, name: str) -> Any:
        return WORLD if name == "law" else TABLES.get(name)


@lower_getattr_generic(WorldType)
def _table_of_world(_context: Any, _builder: Any, _type: Any, value: Any, _name: str) -> Any:
    """A table is known by its type; its value is where the list of all of them is."""
    return value


@infer_global(operator.getitem)
class _RowOfTable(AbstractTemplate):
    def generic(self, args: Any, _kws: Any) -> Any:
        table, index = args
        if isinstance(table, TableType) and isinstance(index, types.Integer):
            return signature(table.element, table, types.intp)
        return None


@infer_global(operator.setitem)
class _SetRowOfTable(AbstractTemplate):
    def generic(self, args: Any, _kws: Any) -> Any:
        table, index, _ = args
        if isinstance(table, TableType) and isinstance(index, types.Integer):
            return signature(types.none, table, types.intp, table.element)
        return None


@infer_global(len)
class _LengthOfTable(AbstractTemplate):
    def generic(self, args: Any, _kws: Any) -> Any:
        return signature(types.intp, args[0]) if isinstance(args[0], TableType) else None


@lower_builtin(operator.getitem, TableType, types.Integer)
def _load_row(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    place = _place(context, builder, sig.args[0], args)
    if isinstance(sig.args[0].element, types.Record):
        return builder.inttoptr(place, context.get_value_type(sig.args[0].element))
    kind = context.get_data_type(sig.args[0].element)
    return builder.load(builder.inttoptr(place, kind.as_pointer()))


@lower_builtin(operator.setitem, TableType, types.Integer, types.Any)
def _store_row(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    place = _place(context, builder, sig.args[0], args)
    kind = context.get_data_type(sig.args[0].element)
    builder.store(args[2], builder.inttoptr(place, kind.as_pointer()))
    return context.get_dummy_value()


@lower_builtin(len, TableType)
def _load_length(_context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return _word(builder, args[0], 2 * sig.args[0].slot + 1)


def _place(context: Any, builder: Any, table: TableType, args: Any) -> Any:
    """The address of a row."""
    element = table.element
    size = element.size if isinstance(element, types.Record) else context.get_abi_sizeof(context.get_data_type(element))
    return builder.add(_word(builder, args[0], 2 * table.slot), builder.mul(args[1], ir.Constant(_WORD, size)))


def _word(builder: Any, listed: Any, index: int) -> Any:
    words = builder.bitcast(listed, _WORD.as_pointer())
    return builder.load(builder.gep(words, [ir.Constant(_WORD, index)]))
