"""What is wrong with octets that cannot be read."""

from __future__ import annotations

from tandem.kernel.errors import Invalid


class Garbled(Invalid):
    """Octets that are not what the protocol allows."""

    code = "elements.garbled"
