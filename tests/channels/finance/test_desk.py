"""Who may do what at the finance desk."""

from __future__ import annotations

from tandem.channels.finance.desk import make_desk
from tandem.channels.finance.rights import ACT, AGREE, READ
from tandem.channels.kit.visit import DESK


def test_only_finance_and_administrators_change_anything() -> None:
    desk = make_desk()
    assert desk.mount == DESK
    for page in desk.pages:
        assert page.path.startswith("/desk/finance/")
        assert page.roles <= (ACT if "POST" in page.methods else READ)


def test_only_finance_agrees_to_rating_again() -> None:
    agreeing = [page for page in make_desk().pages if page.path.endswith("/agree")]
    assert len(agreeing) == 2
    assert all(page.roles == AGREE for page in agreeing)
