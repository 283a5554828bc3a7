"""Logs: one JSON object a line, with its context, and without a secret whatever it is called or where it stands."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from tandem.kernel.access.sealed import Secret
from tandem.kernel.web.logs import HIDDEN, configure_logs, redact


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    before = logging.root.handlers[:], logging.root.level
    configure_logs(stream=stream)
    yield stream
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    logging.root.handlers[:], level = before
    logging.root.setLevel(level)


def parsed(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_carries_its_context(lines: io.StringIO) -> None:
    structlog.contextvars.bind_contextvars(request_id="r1", cause="request:r1", actor="user:7", tenant="corrib")
    structlog.get_logger("tandem.test").info("order.accepted", order="o-1", amount=3)
    logging.getLogger("some.library").warning("slow answer from %s", "x")
    ours, theirs = parsed(lines)
    assert ours == ours | {"event": "order.accepted", "level": "info", "order": "o-1", "amount": 3, "actor": "user:7"}
    assert theirs == theirs | {"event": "slow answer from x", "level": "warning", "cause": "request:r1"}
    assert ours["at"].endswith("Z")


def test_an_exception_is_one_line(lines: io.StringIO) -> None:
    try:
        raise ValueError("no")
    except ValueError:
        structlog.get_logger("tandem.test").exception("broken")
    (line,) = parsed(lines)
    assert "ValueError: no" in line["exception"]


@pytest.mark.parametrize(
    "name", ["password", "Password", "new_password", "ki", "sim.ki", "opc", "Authorization", "set-cookie", "csrf_token"]
)
def test_a_secret_name_hides_its_value(name: str) -> None:
    assert redact(None, "info", {"event": "e", "outer": [{name: "value"}]}) == {"event": "e", "outer": [{name: HIDDEN}]}


@pytest.mark.parametrize("name", ["kind", "pinned", "open", "operator", "skip", "topics"])
def test_an_ordinary_name_shows_its_value(name: str) -> None:
    assert redact(None, "info", {name: "v"}) == {name: "v"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("sent Bearer abcdefgh.ijkl to it", f"sent {HIDDEN} to it"),
        ("eyJhbGciOiJF.eyJzdWIiOiJ4In0.c2ln", HIDDEN),
        ("postgresql://tandem:s3cr3t@db/tandem", f"postgresql://tandem:{HIDDEN}@db/tandem"),
        ("ki is tandem1.0a1b2c3d.AbC-_= here", f"ki is {HIDDEN} here"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_secrets_inside_texts_are_hidden(text: str, shown: str) -> None:
    assert redact(None, "info", {"event": text, "deep": [{"a": text}]}) == {"event": shown, "deep": [{"a": shown}]}


def test_a_secret_value_is_never_written(lines: io.StringIO) -> None:
    structlog.get_logger("tandem.test").info("sealed", value=Secret("465B5CE8"), raw=b"465B5CE8")
    assert "465B5CE8" not in lines.getvalue()
