"""Logging in and out, once for each mount."""

from __future__ import annotations

from starlette.responses import Response

from tandem.channels.kit.forms import Form, SecretField, TextField
from tandem.channels.kit.i18n import Text, _
from tandem.channels.kit.visit import Mount, PageRoute, Visit
from tandem.kernel.access.sealed import Secret
from tandem.kernel.errors import Throttled, Unauthenticated

USERNAME = TextField("username", _("Name"), autocomplete="username")
PASSWORD = SecretField("password", _("Password"), autocomplete="current-password")
LOGIN = Form(USERNAME, PASSWORD)


class LoginPages:
    """The log-in page of a mount, and the button that ends a login."""

    def __init__(self, mount: Mount) -> None:
        self._mount = mount

    def routes(self) -> list[PageRoute]:
        """The addresses."""
        return [
            PageRoute(self._mount.login, self._ask, public=True),
            PageRoute(self._mount.login, self._judge, ("POST",), public=True),
            PageRoute(f"{self._mount.path}/logout", self._end, ("POST",), public=True),
        ]

    def _ask(self, visit: Visit) -> Response:
        return visit.page("kit/login.html", form=LOGIN.blank(), back=visit.back(self._mount.path))

    def _judge(self, visit: Visit) -> Response:
        back = visit.back(self._mount.path)
        filled = LOGIN.read(visit)
        if filled.wrong:
            return visit.page("kit/login.html", status=422, form=filled, back=back)
        try:
            visit.renderer.log_in(visit, filled[USERNAME], Secret(filled[PASSWORD]))
        except (Unauthenticated, Throttled) as refusal:
            said = refusal_words(refusal)
            status = 429 if isinstance(refusal, Throttled) else 422
            response = visit.page("kit/login.html", status=status, form=filled.told(said), back=back)
            if isinstance(refusal, Throttled):
                response.headers["retry-after"] = str(refusal.facts.get("retry_after_s", 60))
            return response
        response = visit.see(back)
        visit.renderer.keep_login(visit, response)
        return response

    def _end(self, visit: Visit) -> Response:
        response = visit.see(self._mount.login, _("You are logged out."))
        visit.renderer.log_out(visit, response)
        return response


def refusal_words(refusal: Unauthenticated | Throttled) -> Text:
    """Why nobody was let in, without telling which of the two was wrong."""
    if isinstance(refusal, Throttled):
        return _("Too many tries. Please wait a few minutes.")
    return _("The name or the password is wrong.")
