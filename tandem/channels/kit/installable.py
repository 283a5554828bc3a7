"""A mount that can be installed on a phone and opens without a network: manifest, service worker, what may be kept.

The worker (`static/app/worker.js`) keeps only the pages that a desk declared with `kept=True`, and only as long as
every answer still comes for the same visitor. It learns both from two headers that are set here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tandem.channels.kit import transport
from tandem.channels.kit.assets import Assets
from tandem.channels.kit.visit import Mount, PageRoute, Visit

VISITOR = "Tandem-Visitor"
"""Whose page an answer is: a word that says nothing to anybody else, or `nobody` for one that is not logged in."""
KEEP = "Tandem-Keep"
"""That the worker may keep this page for when there is no network."""
NOBODY = "nobody"
POLICY = "default-src 'self'"
GROUND, INK = "#f5f6f8", "#3350c4"
SHELL = ("kit.css", "kit.js", "icons.svg", "logo.svg")
_ICONS = (("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any"))
_MASKABLE = ("icon-maskable-512.png", "512x512", "maskable")


@dataclass(frozen=True)
class Installable:
    """What makes one mount an app. `operator` is what the app is called."""

    mount: Mount
    operator: str
    assets: Assets

    def routes(self) -> list[Route]:
        """The manifest and the worker; both are for everybody and hold nothing of anybody."""
        return [
            Route(self.mount.manifest, _answering(self._manifest), methods=["GET"]),
            Route(self.mount.worker, _answering(self._worker), methods=["GET"]),
        ]

    def pages(self) -> list[PageRoute]:
        """The page in place of one that was not kept."""
        return [PageRoute(self.mount.offline, _offline, public=True)]

    def manifest(self) -> dict[str, object]:
        """The app as a device shows it. Standard: W3C Web Application Manifest."""
        icons = [
            {"src": self.assets.url(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in (*_ICONS, _MASKABLE)
        ]
        logo = {"src": self.assets.url("logo.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
        return {
            "id": self.mount.path,
            "name": self.operator,
            "short_name": self.operator,
            "start_url": self.mount.path,
            "scope": self.mount.path,
            "display": "standalone",
            "theme_color": INK,
            "background_color": GROUND,
            "icons": [logo, *icons],
        }

    def worker(self) -> str:
        """The worker's source. It names the static files by their content, so that it changes whenever they do."""
        told = {
            "mount": self.mount.path,
            "offline": self.mount.offline,
            "files": [self.assets.url(name) for name in SHELL],
        }
        source = self.assets.named("worker.js").body.decode()
        return f"self.tandem = {json.dumps(told)};\n{source}"

    def _manifest(self, request: Request) -> Response:
        headers = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}
        return Response(json.dumps(self.manifest()), media_type="application/manifest+json", headers=headers)

    def _worker(self, request: Request) -> Response:
        body, encoding = transport.compressed(self.worker(), request)
        headers = {
            "Cache-Control": "no-cache",
            "Content-Security-Policy": POLICY,
            "Service-Worker-Allowed": self.mount.path,
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(body, media_type="text/javascript", headers={**headers, **encoding})


def mark(response: Response, route: PageRoute, visit: Visit) -> Response:
    """Tells the worker whose page this is, and whether it may be kept: only a whole page that was shown."""
    if not visit.mount.installable:
        return response
    response.headers[VISITOR] = _visitor(visit)
    shown = visit.request.method == "GET" and response.status_code == 200 and visit.part is None
    if route.kept and shown and visit.caller.actor:
        response.headers[KEEP] = "1"
    return response


def _visitor(visit: Visit) -> str:
    caller = visit.caller
    if not caller.actor:
        return NOBODY
    named = json.dumps([caller.tenant, caller.actor, caller.party_id])
    return hashlib.sha256(named.encode()).hexdigest()[:20]


def _answering(answer: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return answer(request)

    return endpoint


def _offline(visit: Visit) -> Response:
    return visit.page("kit/offline.html")
