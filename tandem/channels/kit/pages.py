"""The engine: binds desks to a program, opens the unit of work, renders a page or the part that a browser asked for.

A part is a block of the page's own template whose name is the part's id (`-` written `_`), so a live refresh and a
first load can never differ.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.routing import Mount as Below
from starlette.types import Scope

from tandem.channels.kit import cookies, preferences, transport
from tandem.channels.kit.assets import Assets
from tandem.channels.kit.doors import Doors
from tandem.channels.kit.i18n import Catalogues, _, speak
from tandem.channels.kit.installable import Installable, mark
from tandem.channels.kit.login import LoginPages
from tandem.channels.kit.preferences import Preferences
from tandem.channels.kit.shell import Shell, framed, navigation
from tandem.channels.kit.templates import HERE, environment, render_part
from tandem.channels.kit.visit import DESK, MOUNTS, Desk, Flash, Mount, PageRoute, Visit
from tandem.kernel.access.policy import Caller
from tandem.kernel.access.sealed import Secret
from tandem.kernel.errors import Forbidden, NotFound, Refused, TandemError, Unavailable
from tandem.kernel.tmf.errors import status_of

POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"


_STRANGER = Caller(tenant="", actor="")


class Undone(Exception):
    """Carries the answer of a visit whose unit of work must not be kept out of it."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


class Pages:
    """All desks of a program, as routes."""

    def __init__(self, desks: Sequence[Desk], doors: Doors, *, assets: Assets, catalogues: Catalogues) -> None:
        self._desks = tuple(desks)
        self._doors = doors
        self._assets = assets
        self._catalogues = catalogues
        self._environment = environment({desk.name: desk.folder for desk in desks})

    @classmethod
    def of(cls, desks: Sequence[Desk], doors: Doors, *, pseudo: bool = False) -> Pages:
        """These desks with the kit's files and all catalogues; `pseudo` adds the languages made for tests."""
        folders = {"kit": HERE, **{desk.name: desk.folder for desk in desks}}
        return cls(desks, doors, assets=Assets(), catalogues=Catalogues(folders, pseudo=pseudo))

    def routes(self) -> list[BaseRoute]:
        """The desks' pages, each mount's log-in, preferences and start, and the static files.

        What else stands below a mount (its stream) must come before these: they answer for every address there.
        """
        mounts = {desk.mount.path: desk.mount for desk in self._desks}
        declared = [(route, desk.mount) for desk in self._desks for route in desk.pages]
        apps = [
            Installable(mount, self._doors.operator, self._assets) for mount in mounts.values() if mount.installable
        ]
        common = [(route, mount) for mount in mounts.values() for route in (*LoginPages(mount).routes(), _kept(mount))]
        common += [(route, app.mount) for app in apps for route in app.pages()]
        pages: list[BaseRoute] = [
            Route(route.path, self._endpoint(route, mount), methods=list(route.methods))
            for route, mount in common + declared
        ]
        homes: list[BaseRoute] = [
            Route(address, self._endpoint(PageRoute(address, handler), mount), methods=["GET"])
            for mount in mounts.values()
            for address, handler in ((mount.path, self._home), (mount.path + "/{rest:path}", _nowhere))
        ]
        pages += [route for app in apps for route in app.routes()]
        return [*pages, Below("/static", app=self._assets, name="static"), *homes]

    def _home(self, visit: Visit) -> Response:
        """The start of a mount where no desk declares one: the first page that this person's navigation names."""
        entries = navigation(self._desks, visit.mount, visit.caller.roles, visit.path)
        if not entries:
            raise Forbidden("None of your roles has a desk here.", code="kit.no_desk")
        return visit.see(entries[0].path)

    # -- one visit ----------------------------------------------------------------------------------------------

    def _endpoint(self, route: PageRoute, mount: Mount) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            caller = self._doors.caller(request)
            if caller is None and not route.public:
                return _to_login(request, mount)
            form = await request.form() if request.method == "POST" else FormData()
            visit = self._visit(request, mount, caller or _STRANGER, form)
            return mark(await run_in_threadpool(self._answer, route, visit), route, visit)

        return endpoint

    def _visit(self, request: Request, mount: Mount, caller: Caller, form: FormData) -> Visit:
        liked = Preferences.from_cookie(request.cookies.get(preferences.COOKIE, ""))
        language = liked.language or self._catalogues.best(request.headers.get("accept-language", ""))
        spoken = self._catalogues.speaking(language, liked.zone or self._doors.zone)
        return Visit(request, mount, caller, liked, spoken, form, self)

    def _answer(self, route: PageRoute, visit: Visit) -> Response:
        with speak(visit.speaking):
            try:
                self._admit(route, visit)
                if route.public:
                    return route.handler(visit)
                with self.unit_of_work(visit) as working:
                    return _kept_or_undone(route.handler(working))
            except Undone as undone:
                return undone.response
            except (Refused, Unavailable) as refusal:
                return self._refusal(visit, refusal)

    def _admit(self, route: PageRoute, visit: Visit) -> None:
        if route.roles and not visit.caller.roles & route.roles:
            raise Forbidden("None of your roles may open this page.", path=visit.path)
        if visit.request.method == "POST" and not self._csrf_holds(visit):
            raise Forbidden("This form was not drawn for you, or too long ago. Load the page again.", code="kit.csrf")

    # -- Renderer -------------------------------------------------------------------------------------------------

    def page(self, visit: Visit, template: str, values: Mapping[str, object], *, status: int) -> Response:
        """The whole page, or the part that the browser asked for."""
        flash = cookies.flash_of(visit.request) if visit.shows_messages else None
        body, encoding = transport.compressed(self._rendered(visit, template, values, flash), visit.request)
        response = HTMLResponse(body, status_code=status, headers={**_page_headers(visit), **encoding})
        if flash is not None:
            cookies.forget_flash(response)
        return response

    def _rendered(self, visit: Visit, template: str, values: Mapping[str, object], flash: Flash | None) -> str:
        frame = self._frame(visit, flash)
        with framed(frame):
            source = self._environment.get_template(template)
            known = {"visit": visit, "shell": frame, **values}
            part = render_part(source, visit.part, known)
            return source.render(known) if part is None else part

    def error_page(self, scope: Scope, fault: TandemError, status: int) -> bytes:
        """The page for an error that no desk answered: for the web edge. Never tells what is inside of one of ours."""
        request = Request(scope)
        mount = next((mount for mount in MOUNTS if request.url.path.startswith(mount.path)), DESK)
        visit = self._visit(request, mount, _STRANGER, FormData())
        with speak(visit.speaking):
            return self._rendered(visit, "kit/refusal.html", {"refusal": fault, "status": status}, None).encode()

    def see(self, visit: Visit, path: str, flash: Flash | None) -> Response:
        """A 303 to another page of ours, where the message is shown."""
        response = RedirectResponse(path, status_code=303)
        if flash is not None:
            cookies.keep_flash(response, flash)
        return response

    def _csrf_holds(self, visit: Visit) -> bool:
        return self._doors.csrf_holds(visit.request, transport.unmasked(visit.sent("csrf")))

    @contextmanager
    def unit_of_work(self, visit: Visit) -> Iterator[Visit]:
        """The visit inside a unit of work of its own, kept on a clean exit."""
        with self._doors.uow(visit.request, visit.caller) as uow:
            yield visit.within(uow)

    def log_in(self, visit: Visit, username: str, password: Secret) -> None:
        """Judges a name and a password. Raises: Unauthenticated, Throttled."""
        self._doors.log_in(visit.request, visit.mount.path, username=username, password=password)

    def keep_login(self, visit: Visit, response: Response) -> None:
        """Gives the browser the cookie of the login that this visit made."""
        self._doors.keep_login(visit.request, response)

    def log_out(self, visit: Visit, response: Response) -> None:
        """Ends the visit's login."""
        self._doors.log_out(visit.request, response)

    def _frame(self, visit: Visit, flash: Flash | None) -> Shell:
        here = [desk for desk in self._desks if desk.mount == visit.mount]
        query = visit.request.url.query
        return Shell(
            mount=visit.mount,
            operator=self._doors.operator,
            person=self._doors.person(visit.request),
            navigation=navigation(here, visit.mount, visit.caller.roles, visit.path),
            search=next((desk.search for desk in here if desk.search and visit.caller.roles & desk.roles), None),
            address=visit.path + (f"?{query}" if query else ""),
            csrf=transport.masked(self._doors.csrf_token(visit.request)),
            preferences=visit.preferences,
            language=visit.speaking.language,
            languages=self._catalogues.languages,
            flash=flash,
            banner=self._doors.banner(),
            assets=self._assets,
        )

    def _refusal(self, visit: Visit, refusal: TandemError) -> Response:
        status = status_of(refusal)
        return self.page(visit, "kit/refusal.html", {"refusal": refusal, "status": status}, status=status)


def _kept_or_undone(response: Response) -> Response:
    if response.status_code >= 400:
        raise Undone(response)
    return response


def _to_login(request: Request, mount: Mount) -> Response:
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    login = f"{mount.login}?back={quote(wanted)}"
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": login})
    return RedirectResponse(login, status_code=303)


def _nowhere(visit: Visit) -> Response:
    raise NotFound("There is no page at this address.", code="kit.no_page", path=visit.path)


def _kept(mount: Mount) -> PageRoute:
    return PageRoute(f"{mount.path}/preferences", _keep_preferences, ("POST",), public=True)


def _keep_preferences(visit: Visit) -> Response:
    wanted = {name: value for name, value in visit.form.items() if isinstance(value, str)}
    response = visit.see(visit.back(visit.mount.path), _("Kept for this browser."))
    cookies.keep(response, preferences.COOKIE, visit.preferences.changed(wanted).to_cookie(), days=400)
    return response


def _page_headers(visit: Visit) -> dict[str, str]:
    return {
        "Content-Security-Policy": POLICY,
        "Content-Language": visit.speaking.language.tag,
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
        "Vary": "HX-Request, HX-Target, Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
