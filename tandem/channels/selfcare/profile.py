"""Who she is to us, how we reach her, and what we wrote to her."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from tandem.bss.party import public as party
from tandem.bss.party.terms import ContactChange, CustomerView
from tandem.channels.kit import cookies, preferences
from tandem.channels.kit.forms import ChoiceField, EmailField, Filled, Form, PhoneField
from tandem.channels.kit.i18n import LANGUAGES, _
from tandem.channels.kit.parts import Fact
from tandem.channels.kit.visit import Visit
from tandem.channels.selfcare import mine
from tandem.kernel.errors import Refused
from tandem.kernel.json import at

_REGION: Final = "IE"
EMAIL: Final = EmailField("email", _("E-mail"), autocomplete="email", path="emailAddress")
PHONE: Final = PhoneField("phone", _("Phone number"), region=_REGION, required=False, autocomplete="tel")
LANGUAGE: Final = ChoiceField(
    "language",
    _("Language"),
    options=tuple((language.tag, language.endonym) for language in LANGUAGES.values() if not language.pseudo),
    hint=_("For these pages and for what we write to you."),
)
CONTACT: Final = Form(EMAIL, PHONE, LANGUAGE)


def show(visit: Visit) -> Response:
    """GET /my/profile."""
    view = party.get_customer_view(visit.uow, customer_id=mine.customer_of(visit))
    known = view.contact.language if view.contact.language in LANGUAGES else visit.speaking.language.tag
    form = CONTACT.blank(email=view.contact.email, phone=view.contact.phone, language=known)
    return _page(visit, view, form)


def _page(visit: Visit, view: CustomerView, form: Filled, status: int = 200) -> Response:
    facts = [
        Fact(_("Name"), view.contact.name),
        Fact(_("Customer number"), mine.customer_of(visit)),
        Fact(_("Address"), ", ".join(view.contact.address) or "–"),
        *(Fact(_("Billing account"), str(at(account, "id"))) for account in view.billing_accounts),
    ]
    return visit.page("selfcare/profile.html", status=status, facts=facts, form=form)


def change(visit: Visit) -> Response:
    """POST /my/profile."""
    filled = CONTACT.read(visit)
    customer_id = mine.customer_of(visit)
    if not filled.wrong:
        language = filled[LANGUAGE]
        wanted = ContactChange(email=filled[EMAIL], phone=filled.get(PHONE), language=language)
        try:
            party.change_contact(visit.uow, customer_id=customer_id, change=wanted)
        except Refused as refusal:
            filled = filled.refused(refusal)
        else:
            return _kept(visit, language)
    view = party.get_customer_view(visit.uow, customer_id=customer_id)
    return _page(visit, view, filled, status=422)


def _kept(visit: Visit, language: str) -> Response:
    """On to the page again, in the language that was chosen."""
    response = visit.see("/my/profile", _("Kept."))
    spoken = visit.preferences.changed({"language": language})
    cookies.keep(response, preferences.COOKIE, spoken.to_cookie(), days=400)
    return response
