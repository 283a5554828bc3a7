"""What a model knows about its attributes: which exist, which are lists, of what kind the leaves are.

One `Shape` per model is made at start; everything that reads paths (filters, sorting, defaults of `@type`) asks it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from msgspec import inspect

from tandem.kernel.json import Doc
from tandem.kernel.tmf.types import Extensible, Number

Kind = Literal["text", "number", "integer", "boolean", "instant", "date", "object", "any"]
Fill = Callable[[Any], None]

_COMMON = {"id": "text", "href": "text", "@type": "text", "@baseType": "text", "@schemaLocation": "text"}


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute by its path. Shape: `lists[n]` tells whether segment n holds an array.

    `words` are the values of an enumeration; below a free-form value (`kind` any) every path exists.
    """

    path: tuple[str, ...]
    lists: tuple[bool, ...]
    kind: Kind
    words: frozenset[str] | None = None

    @property
    def in_list(self) -> bool:
        return any(self.lists)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a walk stands: the possible structs, or a leaf."""

    structs: tuple[inspect.StructType, ...]
    is_list: bool
    kind: Kind
    words: frozenset[str] | None


class Shape:
    """A model, asked by path."""

    def __init__(self, model: type[msgspec.Struct]) -> None:
        self.model = model
        info = inspect.type_info(model)
        assert isinstance(info, inspect.StructType)
        self._top = _Place((info,), False, "object", None)
        self._known: dict[str, Attribute | None] = {}

    def attribute(self, path: str) -> Attribute | None:
        """The attribute at a dotted path, or `None` where the model has none."""
        if path not in self._known:
            if len(self._known) > 4096:
                self._known.clear()
            self._known[path] = self._resolve(path.split("."))
        return self._known[path]

    def _resolve(self, segments: list[str]) -> Attribute | None:
        place = self._top
        lists: list[bool] = []
        for depth, name in enumerate(segments):
            if place.kind == "any":
                free = tuple(lists) + (False,) * (len(segments) - depth)
                return Attribute(tuple(segments), free, "any")
            found = _step(place, name)
            if found is None:
                found = self._common(depth, name)
            if found is None:
                return None
            lists.append(found.is_list)
            place = found
        return Attribute(tuple(segments), tuple(lists), place.kind, place.words)

    @staticmethod
    def _common(depth: int, name: str) -> _Place | None:
        """Every entity has these, whether its model says so or not."""
        return _Place((), False, "text", None) if depth == 0 and name in _COMMON else None


def _step(place: _Place, name: str) -> _Place | None:
    for struct in place.structs:
        for member in struct.fields:
            if member.encode_name == name:
                return _place(member.type)
    return None


def _place(info: inspect.Type) -> _Place:
    options = [info] if not isinstance(info, inspect.UnionType) else list(info.types)
    options = [option for option in options if not isinstance(option, inspect.NoneType)]
    inner = [
        option.item_type if isinstance(option, (inspect.ListType, inspect.VarTupleType)) else option
        for option in options
    ]
    is_list = any(isinstance(option, (inspect.ListType, inspect.VarTupleType)) for option in options)
    structs = tuple(bare for option in inner for bare in _structs(option))
    if structs:
        return _Place(structs, is_list, "object", None)
    kind, words = _leaf(_bare(inner[0])) if len(inner) == 1 else ("any", None)
    return _Place((), is_list, kind, words)


def _bare(info: inspect.Type) -> inspect.Type:
    return _bare(info.type) if isinstance(info, inspect.Metadata) else info


def _structs(info: inspect.Type) -> list[inspect.StructType]:
    bare = _bare(info)
    if isinstance(bare, inspect.UnionType):
        return [struct for option in bare.types for struct in _structs(option)]
    return [bare] if isinstance(bare, inspect.StructType) else []


def _leaf(info: inspect.Type) -> tuple[Kind, frozenset[str] | None]:
    if isinstance(info, inspect.EnumType):
        return "text", frozenset(str(member.value) for member in info.cls)
    if isinstance(info, inspect.LiteralType):
        return "text", frozenset(str(value) for value in info.values)
    if isinstance(info, inspect.CustomType):
        return ("number" if issubclass(info.cls, Number) else "any"), None
    kinds: dict[type[inspect.Type], Kind] = {
        inspect.StrType: "text",
        inspect.IntType: "integer",
        inspect.FloatType: "number",
        inspect.DecimalType: "number",
        inspect.BoolType: "boolean",
        inspect.DateTimeType: "instant",
        inspect.DateType: "date",
    }
    return kinds.get(type(info), "any"), None


class TypeFiller:
    """Writes `@type` where a client left it out, as the models' `type_for` tells."""

    def __init__(self, model: type[msgspec.Struct], type_name: str) -> None:
        self._fillers: dict[type, Fill] = {}
        self._type_name = type_name
        self._fill_top = self._filler(model)

    def __call__(self, doc: Doc) -> Doc:
        """Fills the document in place and answers it."""
        doc.setdefault("@type", self._type_name)
        self._fill_top(doc)
        return doc

    def _filler(self, model: type) -> Fill:
        if model not in self._fillers:
            self._fillers[model] = lambda value: self._fillers[model](value)  # a model may contain itself
            self._fillers[model] = self._made(model)
        return self._fillers[model]

    def _made(self, model: type) -> Fill:
        info = inspect.type_info(model)
        assert isinstance(info, inspect.StructType)
        inner = [(member.encode_name, self._filler(struct.cls)) for member, struct in _members(info)]
        type_for = model.type_for if issubclass(model, Extensible) else None

        def fill(value: Any) -> None:
            if isinstance(value, list):
                for item in value:
                    fill(item)
            elif isinstance(value, dict):
                if type_for is not None and "@type" not in value:
                    value["@type"] = type_for(value)
                for name, fill_inner in inner:
                    if name in value:
                        fill_inner(value[name])

        return fill


def _members(info: inspect.StructType) -> list[tuple[inspect.Field, inspect.StructType]]:
    """The attributes that hold objects, each with the one model that reads them."""
    return [(member, place.structs[0]) for member in info.fields if len((place := _place(member.type)).structs) == 1]
