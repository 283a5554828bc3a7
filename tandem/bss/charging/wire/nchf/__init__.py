"""Nchf over HTTP/2: converged and offline charging, spending limits, and what network functions are told unasked."""

from tandem.bss.charging.wire.nchf.notifying import Notifier
from tandem.bss.charging.wire.nchf.serving import Listening, serve_nchf

__all__ = ["Listening", "Notifier", "serve_nchf"]
