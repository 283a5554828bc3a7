"""Hands the machine's pip settings (mirror, wheel folder, certificate) to uv, which does not read them itself."""

from __future__ import annotations

import ast
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

# pip's setting -> uv's variable
TRANSLATED = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "timeout": "UV_HTTP_TIMEOUT",
    "no-index": "UV_NO_INDEX",
}
UV_INDEX_VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_NO_INDEX")


def read_pip_settings(pip: list[str]) -> dict[str, str]:
    """What `pip config list` says, the environment's PIP_ variables over the files' sections."""
    listed = subprocess.run([*pip, "config", "list"], capture_output=True, text=True)
    return parse_pip_settings(listed.stdout if listed.returncode == 0 else "")


def parse_pip_settings(listing: str) -> dict[str, str]:
    """Settings by name; `:env:` wins over `install`, which wins over `global`."""
    ranks = {"global": 0, "install": 1, ":env:": 2}
    found: dict[str, tuple[int, str]] = {}
    for line in listing.splitlines():
        key, _, quoted = line.partition("=")
        section, _, name = key.rpartition(".")
        rank = ranks.get(section, -1)
        if rank >= found.get(name, (0, ""))[0]:
            found[name] = (rank, str(ast.literal_eval(quoted)))
    return {name: value for name, (_, value) in found.items()}


def uv_environment(settings: Mapping[str, str], environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for uv: its own settings where it has some, else pip's in its words."""
    result = dict(environ)
    has_own_index = any(environ.get(name) for name in UV_INDEX_VARIABLES) or _has_uv_file(environ)
    for name, value in settings.items():
        variable = TRANSLATED.get(name)
        if variable is None or (has_own_index and variable.startswith("UV_")):
            continue
        result.setdefault(variable, " ".join(value.split()) if variable != "UV_FIND_LINKS" else ",".join(value.split()))
    return result


def _has_uv_file(environ: Mapping[str, str]) -> bool:
    home = Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return (home / "uv" / "uv.toml").is_file() or Path("/etc/uv/uv.toml").is_file()
