"""The pages of this tree keep what tools.docs checks, and the generated ones are fresh."""

from __future__ import annotations

from tests.architecture import law
from tools.docs.__main__ import stale
from tools.docs.written import complaints


def test_the_written_pages_are_as_they_should_be() -> None:
    assert complaints(law.ROOT) == []


def test_the_generated_pages_are_fresh() -> None:
    assert stale() == []
