"""The finance desk of charging: usage that waits, files of usage, charges, balances and vouchers."""

from __future__ import annotations

from pathlib import Path

from tandem.channels.finance import balances, files, rated, record, reratings, reworks, suspended, vouchers
from tandem.channels.finance.rights import ACT, AGREE, READ
from tandem.channels.kit.i18n import _
from tandem.channels.kit.list_view import ListRoutes
from tandem.channels.kit.visit import DESK, Desk, NavItem


def make_desk() -> Desk:
    """The desk."""
    desk = Desk(
        name="finance",
        mount=DESK,
        folder=Path(__file__).parent,
        roles=ACT,
        navigation=(
            NavItem(_("Suspended usage"), suspended.PATH, "pause", ACT),
            NavItem(_("Usage files"), files.PATH, "download", ACT),
            NavItem(_("Rated events"), rated.PATH, "search", ACT),
            NavItem(_("Rating again"), reratings.PATH, "retry", ACT),
            NavItem(_("Balances"), record.BALANCES, "gauge", ACT),
            NavItem(_("Vouchers"), vouchers.PATH, "tag", ACT),
        ),
    )
    desk.add(ListRoutes(suspended.suspended_page()))
    desk.get(suspended.PATH + "/{usage_id}", roles=READ)(record.show)
    desk.post(suspended.PATH + "/{usage_id}/release")(record.release)
    desk.get(suspended.PATH + "/{usage_id}/correct")(record.show_correction)
    desk.post(suspended.PATH + "/{usage_id}/correct")(record.correct)
    desk.get(suspended.PATH + "/{usage_id}/exclude")(record.ask_to_exclude)
    desk.post(suspended.PATH + "/{usage_id}/exclude")(record.exclude)
    desk.add(ListRoutes(rated.rated_page()))
    desk.get(rated.PATH + "/{event_id}", roles=READ)(rated.show)
    _add_files(desk)
    _add_balances(desk)
    _add_reratings(desk)
    return desk


def _add_reratings(desk: Desk) -> None:
    one = reratings.PATH + "/{rerating_id}"
    desk.add(ListRoutes(reratings.reratings_page()))
    desk.get(reratings.PATH + "/new")(reratings.show_form)
    desk.post(reratings.PATH + "/new")(reratings.draft)
    desk.get(one)(reratings.show)
    desk.get(one + "/agree", roles=AGREE)(reratings.ask_to_agree)
    desk.post(one + "/agree", roles=AGREE)(reratings.agree)
    desk.post(one + "/stop")(reratings.stop)
    desk.post(one + "/resume")(reratings.resume)


def _add_files(desk: Desk) -> None:
    desk.add(ListRoutes(reworks.reworks_page()))
    desk.get(reworks.PATH + "/new")(reworks.show_form)
    desk.post(reworks.PATH + "/new")(reworks.begin)
    desk.get(reworks.PATH + "/{rework_id}")(reworks.show)
    desk.post(reworks.PATH + "/{rework_id}/stop")(reworks.stop)
    desk.add(ListRoutes(files.files_page()))
    desk.get(files.PATH + "/new")(files.show_form)
    desk.post(files.PATH + "/new")(files.take_in)
    desk.get(files.PATH + "/{file_id}")(files.show)
    desk.post(files.PATH + "/{file_id}/stop")(files.stop)
    desk.post(files.PATH + "/{file_id}/resume")(files.resume)


def _add_balances(desk: Desk) -> None:
    account = record.BALANCES + "/{account_id}"
    desk.add(ListRoutes(balances.balances_page()))
    desk.get(account, roles=READ)(balances.show)
    desk.get(account + "/adjust")(balances.show_adjustment)
    desk.post(account + "/adjust")(balances.adjust)
    desk.add(ListRoutes(vouchers.vouchers_page()))
    desk.get(vouchers.PATH + "/new")(vouchers.show_form)
    desk.post(vouchers.PATH + "/new")(vouchers.make)
