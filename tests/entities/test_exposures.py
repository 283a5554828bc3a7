"""Every exposure of every room, tried by the one suite."""

from __future__ import annotations

import pytest

from tandem.app.wiring import exposures_of
from tests.entities.conftest import name_of
from tests.entities.samples import all_samples
from tests.entities.suite import ExposureSuite
from tests.support.shared import SHARED, needs_shared
from tests.support.tmf_schema import published

EXPOSURES = sorted(exposures_of("both"), key=name_of)


@pytest.mark.parametrize("exposure", EXPOSURES, ids=name_of)
class TestEveryExposure(ExposureSuite):
    """The inherited suite over all of them."""


def test_every_exposure_has_a_sample() -> None:
    known = all_samples()
    keys = {(exposure.api, exposure.version, exposure.path) for exposure in EXPOSURES}
    assert keys - known.keys() == set()
    assert known.keys() - keys == set()


@needs_shared
def test_every_exposure_answers_where_its_document_says() -> None:
    for exposure in EXPOSURES:
        assert (SHARED / "specs" / "tmf" / f"{exposure.api}-{exposure.version}.json").is_file(), name_of(exposure)
        assert published(exposure.api, exposure.version).knows(exposure.type_name), name_of(exposure)


@needs_shared
def test_the_published_schema_catches_a_planted_fault() -> None:
    order = {"id": "1", "productOrderItem": [{"id": "1", "action": "add"}]}
    old, new = published("TMF622", "v4"), published("TMF622", "v5")
    assert old.errors("ProductOrder", order) == []
    for planted in ({"state": "flying"}, {"orderDate": "yesterday"}, {"productOrderItem": []}, {"id": 1}):
        assert old.errors("ProductOrder", {**order, **planted}) != []
    item = {"@type": "ProductOrderItem", "id": "1", "action": "add"}
    typed = {**order, "@type": "ProductOrder", "productOrderItem": [item]}
    assert new.errors("ProductOrder", typed) == []
    for planted in ({"@type": None}, {"@type": "Other"}, {"productOrderItem": [{"id": "1"}]}, {"priority": 5}):
        assert new.errors("ProductOrder", {**typed, **planted}) != []
