"""Where things stand in the tree and in the environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


class Stop(Exception):
    """Ends the tool with a sentence for the person, without a traceback."""


def environment() -> dict[str, str]:
    """The process environment in which Tandem's own Python finds the tree."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
