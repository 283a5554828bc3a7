"""How a talk with an element can fail."""

from __future__ import annotations

from tandem.kernel.errors import Broken, Conflict, Invalid, NotFound, Refused, Unavailable


class ElementUnavailable(Unavailable):
    """The element could not be reached or did not answer in time. What it has done of the request is not known."""

    code = "elements.element_unavailable"


class ElementRefused(Refused):
    """The element said no; `facts["answer"]` is what it said."""

    code = "elements.element_refused"


class NumberTaken(ElementRefused):
    """The element already has the number with another subscriber."""

    code = "elements.number_taken"


class SubjectUnknown(ElementRefused):
    """A change of something that the element does not have."""

    code = "elements.subject_unknown"


class ReadBackDiffers(Broken):
    """The element said yes and holds something else.

    Why: Broken and not Unavailable, since asking again would be believed as little; and not Refused, since the element
    did not refuse. What was sold is not what the network has, and a person must look.
    """

    code = "elements.read_back_differs"


class ElementNotFound(NotFound):
    """No element has that id or name."""

    code = "elements.element_not_found"


class UnknownKind(Invalid):
    """There is no driver for that kind of element."""

    code = "elements.unknown_kind"


class ElementLocked(Conflict):
    """The element is locked by its administrative state: nothing is changed on it."""

    code = "elements.element_locked"
