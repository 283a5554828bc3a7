"""The rooms' samples, one file per room."""

from __future__ import annotations

import importlib
import pkgutil

from tests.entities.sample import Sample

Key = tuple[str, str, str]


def all_samples() -> dict[Key, Sample]:
    """Every room's samples by (api, version, path)."""
    found: dict[Key, Sample] = {}
    for module in pkgutil.iter_modules(__path__):
        samples: dict[Key, Sample] = importlib.import_module(f"{__name__}.{module.name}").SAMPLES
        twice = found.keys() & samples.keys()
        assert not twice, f"{module.name} has samples that another room has: {twice}"
        found.update(samples)
    return found
