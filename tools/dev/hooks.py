"""Installs ./dev check as this clone's pre-commit hook."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tools.dev.place import ROOT

MARK = "# written by ./dev setup"
HOOK = f"""#!/bin/sh
{MARK}
exec ./dev check
"""


def install() -> None:
    """Write the hook, unless this is CI, no git clone, or somebody's own hook stands there."""
    folder = _hooks_folder()
    if folder is None or os.environ.get("CI"):
        return
    hook = folder / "pre-commit"
    if hook.exists() and MARK not in hook.read_text():
        print(f"dev: left your own hook {hook} as it is; call ./dev check from it")
        return
    folder.mkdir(parents=True, exist_ok=True)
    hook.write_text(HOOK)
    hook.chmod(0o755)


def _hooks_folder() -> Path | None:
    try:
        asked = subprocess.run(["git", "rev-parse", "--git-path", "hooks"], cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        return None
    return ROOT / asked.stdout.strip() if asked.returncode == 0 else None
