"""Structured logs: one JSON object per line, with the request's id, cause, actor and tenant, and no secret in it.

Lines of libraries that use the standard library's logging come out in the same form.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import IO, Any, Final

import msgspec
import structlog
from structlog.types import EventDict, Processor

HIDDEN: Final = "hidden"
_SECRET_NAMES: Final = re.compile(
    r"(^|[_\-.])(password|passwd|passphrase|secret|token|authorization|cookie|csrf|api_?key|private_?key"
    r"|ki|opc?|k4|adm\d*|pin\d?|puk\d?|cvv|cvc|pan|iban)($|[_\-.])",
    re.IGNORECASE,
)
_SECRET_TEXTS: Final = re.compile(
    r"(?i:bearer)\s+[A-Za-z0-9._~+/=-]{8,}|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*|\btandem1\.[0-9a-f]+\.\S+"
)
_URL_PASSWORD: Final = re.compile(r"(\b[a-z][a-z0-9+]*://[^/\s:@]*):[^@/\s]+@")
_DEEPEST: Final = 6


def configure_logs(*, level: str = "INFO", stream: IO[str] | None = None) -> None:
    """Sets the program's logs up: once, when a process starts."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
        redact,
    ]
    render = structlog.processors.JSONRenderer(serializer=_json_line)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in ("uvicorn.access", "httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def redact(logger: Any, method: str, event: EventDict) -> EventDict:
    """Hides values by their names, and tokens, sealed texts and passwords in addresses wherever they stand."""
    return _redacted_map(event, 0)


def redacted_text(text: str) -> str:
    """The text without tokens, sealed texts and passwords in addresses."""
    return _URL_PASSWORD.sub(rf"\1:{HIDDEN}@", _SECRET_TEXTS.sub(HIDDEN, text))


def _redacted_map(values: Mapping[str, Any], depth: int) -> MutableMapping[str, Any]:
    return {
        name: HIDDEN if isinstance(name, str) and _SECRET_NAMES.search(name) else _redacted(value, depth)
        for name, value in values.items()
    }


def _redacted(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return redacted_text(value)
    if isinstance(value, bytes):
        return f"{len(value)} octets"
    if depth >= _DEEPEST:
        return HIDDEN
    if isinstance(value, Mapping):
        return _redacted_map(value, depth + 1)
    if isinstance(value, list | tuple):
        return [_redacted(item, depth + 1) for item in value]
    return value


def _json_line(event: EventDict, **_: Any) -> str:
    return msgspec.json.encode(event, enc_hook=str).decode()
