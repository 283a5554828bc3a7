"""The story's customer in an open unit of work."""

from __future__ import annotations

import pytest

from tandem.kernel.store import Uow
from tests.bss.charging import story


@pytest.fixture
def product_id(uow: Uow) -> str:
    """Her *Max 100*."""
    story.open_shop(uow)
    return story.subscribe(uow)
