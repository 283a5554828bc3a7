"""Diameter Gy and Ro: charging over RFC 6733 connections, many peers at once, no state beside the connections.

Standards: RFC 6733, RFC 3539 (watchdog), RFC 8506 and RFC 4006, 3GPP TS 32.299. `serve_diameter` is the way in.
"""

from tandem.bss.charging.rules.diameter.requests import SERVICES, Reading
from tandem.bss.charging.wire.diameter.server import DiameterServer, serve_diameter
from tandem.bss.charging.wire.diameter.settings import DiameterSettings, Peer, Tls

__all__ = ["SERVICES", "DiameterServer", "DiameterSettings", "Peer", "Reading", "Tls", "serve_diameter"]
