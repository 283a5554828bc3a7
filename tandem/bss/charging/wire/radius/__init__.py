"""RADIUS accounting: what a NAS reports of fixed broadband sessions, and telling it to end one.

Standards: RFC 2866, RFC 2869, RFC 5176, RFC 5997. `serve_radius` is the way in. No state beside what is being answered.
"""

from tandem.bss.charging.wire.radius.server import RadiusServer, serve_radius
from tandem.bss.charging.wire.radius.settings import RadiusClient, RadiusSettings

__all__ = ["RadiusClient", "RadiusServer", "RadiusSettings", "serve_radius"]
