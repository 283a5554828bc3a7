"""Static files: bundled, named by their content, compressed once, cached by browsers for ever.

A bundle joins files in order, so that a first visit asks for one style sheet, one script and one sheet of icons.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tandem.kernel.errors import Broken

STATIC = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"
BUNDLES: Mapping[str, tuple[str, ...]] = {
    "kit.css": tuple(
        f"css/{part}.css"
        for part in ("tokens", "base", "shell", "list", "detail", "form", "parts", "flow", "charts", "print")
    ),
    "kit.js": (
        "vendor/htmx.min.js",
        *(f"js/{part}.js" for part in ("core", "live", "list", "keys", "form", "shell", "offline")),
    ),
    "icons.svg": ("icons.svg",),
    "logo.svg": ("logo.svg",),
    "worker.js": ("app/worker.js",),
    **{f"icon-{name}.png": (f"app/icon-{name}.png",) for name in ("192", "512", "maskable-512")},
}


@dataclass(frozen=True)
class Asset:
    """One static file as it is sent. Shape: `body` is the plain bytes; compressed forms are made when first asked."""

    name: str
    body: bytes

    @cached_property
    def hashed_name(self) -> str:
        """The name with a piece of the content's hash before the suffix: `kit.3f2a9c01d4.css`."""
        stem, _, suffix = self.name.rpartition(".")
        return f"{stem}.{hashlib.sha256(self.body).hexdigest()[:10]}.{suffix}"

    @cached_property
    def gzipped(self) -> bytes:
        """The body by gzip's slowest level."""
        return gzip.compress(self.body, 9, mtime=0)

    @cached_property
    def brotlied(self) -> bytes:
        """The body by brotli's slowest level."""
        return bytes(brotli.compress(self.body, quality=11))

    @cached_property
    def content_type(self) -> str:
        """The media type by the suffix, with the character set where it is text."""
        kind = mimetypes.guess_type(self.name)[0] or "application/octet-stream"
        return f"{kind}; charset=utf-8" if kind.startswith("text/") or "javascript" in kind else kind

    def encoded_for(self, accept_encoding: str) -> tuple[bytes, str | None]:
        """The smallest form that a browser accepts, and that form's name."""
        if "br" in [part.split(";")[0].strip() for part in accept_encoding.split(",")]:
            return self.brotlied, "br"
        return (self.gzipped, "gzip") if "gzip" in accept_encoding else (self.body, None)


class Assets:
    """The ASGI application that serves them, and the addresses that pages name them by.

    Raises: Broken when a file of a bundle is missing (`./dev setup` brings the vendored ones).
    """

    def __init__(self, prefix: str = "/static", *, root: Path = STATIC, bundles: Mapping[str, Iterable[str]] = BUNDLES):
        self._prefix = prefix
        self._assets = {name: Asset(name, _joined(root, files)) for name, files in bundles.items()}
        self._by_hashed_name = {asset.hashed_name: asset for asset in self._assets.values()}

    def url(self, name: str) -> str:
        """The address of a bundle, which changes when its content does."""
        return f"{self._prefix}/{self._assets[name].hashed_name}"

    def named(self, name: str) -> Asset:
        """The bundle itself."""
        return self._assets[name]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        asset = self._by_hashed_name.get(request.url.path.rpartition("/")[2])
        answer = Response(status_code=404) if asset is None else _answer(asset, request)
        await answer(scope, receive, send)


def _answer(asset: Asset, request: Request) -> Response:
    body, encoding = asset.encoded_for(request.headers.get("accept-encoding", ""))
    headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    if encoding is not None:
        headers["Content-Encoding"] = encoding
    return Response(body, media_type=asset.content_type, headers=headers)


def _joined(root: Path, files: Iterable[str]) -> bytes:
    files = tuple(files)
    missing = [name for name in files if not (root / name).exists()]
    if missing:
        raise Broken(
            "a static file is missing", code="kit.static_missing", files=missing, next_action="run ./dev setup"
        )
    parts = [(root / name).read_bytes() for name in files]
    return parts[0] if len(parts) == 1 else b"\n".join(part.strip() for part in parts) + b"\n"
