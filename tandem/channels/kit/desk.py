"""The kit's own desk for the program: the gallery of components."""

from __future__ import annotations

from tandem.channels.kit.gallery.desk import gallery
from tandem.channels.kit.visit import Desk


def make_desk() -> Desk:
    """The gallery, `/desk/kit`, for administrators."""
    return gallery()
