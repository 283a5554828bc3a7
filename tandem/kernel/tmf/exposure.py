"""What a room says to put an entity on the wire: one row of data per entity and API version.

An `Exposure` is only data. `tandem.kernel.tmf.engine` compiles it once at start and then serves it with the rules of
TMF630, so adding an API is a table (and converters where versions differ), never an engine change.

All attribute paths are dotted and pass through arrays by themselves: `productOrderItem.product.name` means that
attribute of every item. They are paths of the *stored* shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import msgspec

    from tandem.kernel.json import Doc
    from tandem.kernel.store import EntityTable, Stored, Uow

LIST, GET, CREATE, PATCH, DELETE = "list", "get", "create", "patch", "delete"
ALL = frozenset({LIST, GET, CREATE, PATCH, DELETE})
READ = frozenset({LIST, GET})
NO_DELETE = ALL - {DELETE}

CHANGES = ("Create", "AttributeValueChange", "Delete")
CHANGES_AND_STATES = ("Create", "AttributeValueChange", "StateChange", "Delete")


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """One entity in one version of one API.

    api, version: the document, as in `TMF622` and `v4`.
    base, path: where it answers; `base` is also answered without its leading `/tmf-api`.
    type_name: the standard's name of the entity (`@type` where the client gives none).
    table: where its documents live. model: the typed view of the stored shape; it checks bodies and draws OpenAPI.
    mandatory: attributes without which nothing is created, refused with their path.
    server_set: attributes that only we set; a client may repeat the present value, nothing else.
    defaults: values, or callables `(uow, doc) -> value`, for what a client leaves out.
    references: path → entity type that must exist (references with an `href` on another host are kept as given).
    create, patch, delete: the room's commands; `None` writes the document as it stands.
    to_wire, from_wire: the two directions between the stored shape and this version's shape.
    owner: promoted column that the scope "own" compares with the caller's party.
    entity: name for the access policy and the audit, where it is not `type_name`.
    domain: the word that notifications carry; by default the API's own word from `base`.
    """

    api: str
    version: str
    base: str
    path: str
    type_name: str
    table: EntityTable
    model: type[msgspec.Struct]
    verbs: frozenset[str] = ALL
    mandatory: tuple[str, ...] = ()
    server_set: tuple[str, ...] = ("id", "href")
    defaults: Mapping[str, Any] = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=dict)
    create: Callable[[Uow, Doc], Stored] | None = None
    patch: Callable[[Uow, Stored, Doc], Stored] | None = None
    delete: Callable[[Uow, Stored], None] | None = None
    to_wire: Callable[[Doc], Doc] | None = None
    from_wire: Callable[[Doc], Doc] | None = None
    owner: str | None = None
    events: tuple[str, ...] = CHANGES
    entity: str = ""
    domain: str = ""

    @property
    def policy_entity(self) -> str:
        return self.entity or self.type_name

    @property
    def url(self) -> str:
        return f"{self.base}/{self.path}"


@dataclass(frozen=True, kw_only=True)
class TaskExposure:
    """A task resource: a POST that does something, such as `cancelProductOrder` or `ackAlarms`.

    With a `table` the tasks are kept and can be listed and read; without one, `create` answers with a plain document.
    verb: the verb of the access policy (`create` on `entity` where a room has no finer word).
    status: 201 for what is done when answered, 202 for what goes on.
    """

    api: str
    version: str
    base: str
    path: str
    type_name: str
    model: type[msgspec.Struct]
    create: Callable[[Uow, Doc], Stored | Doc]
    table: EntityTable | None = None
    verb: str = CREATE
    status: int = 201
    mandatory: tuple[str, ...] = ()
    server_set: tuple[str, ...] = ("id", "href")
    defaults: Mapping[str, Any] = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=dict)
    to_wire: Callable[[Doc], Doc] | None = None
    from_wire: Callable[[Doc], Doc] | None = None
    owner: str | None = None
    events: tuple[str, ...] = ()
    entity: str = ""
    domain: str = ""

    @property
    def verbs(self) -> frozenset[str]:
        return frozenset({LIST, GET, CREATE}) if self.table is not None else frozenset({CREATE})

    @property
    def policy_entity(self) -> str:
        return self.entity or self.type_name

    @property
    def url(self) -> str:
        return f"{self.base}/{self.path}"


AnyExposure = Exposure | TaskExposure
