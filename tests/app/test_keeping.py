"""Two that start at the same moment on one folder and at one address: one of them says so and goes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tandem.app.keeping import PLAN_VARIABLE, Plan
from tandem.app.running import announced
from tests.support.shared import ROOT


def _kept(data: Path, address: str) -> subprocess.CompletedProcess[str]:
    greeting, child = ["up"], {"name": "child", "argv": [sys.executable, "-c", ""], "env": {}, "ready": None}
    plan = Plan(str(data), address, is_embedded=False, register_folder="", greeting=greeting, children=[child])
    return subprocess.run(
        [sys.executable, "-m", "tandem.app.keeping"],
        env={**os.environ, PLAN_VARIABLE: json.dumps(plan.__dict__)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_an_address_that_another_one_on_the_folder_has_is_left_to_it(tmp_path: Path) -> None:
    with announced(tmp_path, "http://127.0.0.1:8080"):
        second = _kept(tmp_path, "http://127.0.0.1:8080")
    said = "tandem: another Tandem on this data folder is at http://127.0.0.1:8080 already\n"
    assert (second.returncode, second.stdout, second.stderr) == (1, "", said)
