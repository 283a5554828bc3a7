"""Puts the vendored browser files into the tree before a wheel is made; django-htmx is a build requirement only."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools import vendor


class VendorHook(BuildHookInterface[Any]):
    """Runs before each build target."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if vendor.is_placed(root):
            return
        spec = importlib.util.find_spec("django_htmx")
        if spec is None or spec.origin is None:
            raise RuntimeError("the build requirement django-htmx is missing: build with isolation, or install it")
        vendor.place(Path(spec.origin).parents[1], root)
