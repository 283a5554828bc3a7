"""The suite that every exposure inherits: whatever a room puts on the wire keeps the standard's promises.

A room adds nothing but a sample. Each test takes a `bench` (one exposure, its sample, a tenant of its own).
"""

from __future__ import annotations

from tests.entities.reading import ReadingSuite
from tests.entities.refusing import RefusingSuite
from tests.entities.writing import WritingSuite


class ExposureSuite(WritingSuite, ReadingSuite, RefusingSuite):
    """Tests for one exposure; `bench` is parametrised by the subclass's module."""
