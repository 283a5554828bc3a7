"""What an operator may say of the charging process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tandem.app.charging_form import VARIABLE, read_form
from tandem.app.settings import Settings
from tandem.kernel.errors import Invalid
from tandem.kernel.json import Doc


def settings(data: Path) -> Settings:
    return Settings(data=data, port=9000)


def write(data: Path, doc: Doc) -> Settings:
    (data / "charging.json").write_text(json.dumps(doc))
    return settings(data)


def test_without_a_file_nchf_is_served_on_this_machine_alone(tmp_path: Path) -> None:
    form = read_form(settings(tmp_path))
    (listening,) = form.listenings()
    assert (listening.host, listening.port, listening.certificate) == ("127.0.0.1", 9002, None)
    assert (form.diameters(), form.radiuses()) == ([], [])


def test_every_network_is_set_up_by_the_file(tmp_path: Path) -> None:
    form = read_form(
        write(
            tmp_path,
            {
                "home": ["27299"],
                "nchf": [{"port": 8443, "certificate": "c.pem", "key": "k.pem", "clientCa": "ca.pem"}],
                "diameter": [
                    {
                        "host": "ocs.example",
                        "realm": "example",
                        "peers": [{"host": "pgw.example", "addresses": ["10.0.0.0/8"], "dial": ["10.0.0.1", 3868]}],
                        "services": {"32299": "content"},
                    }
                ],
                "radius": [{"clients": [{"name": "bng", "networks": ["10.1.0.0/16"], "secret": "s3cret"}]}],
                "gathering": {"lanes": 2, "compileAfter": None},
            },
        )
    )
    (listening,), (diameter,), (radius,) = form.listenings(), form.diameters(), form.radiuses()
    assert (listening.port, listening.client_ca, listening.home) == (8443, Path("ca.pem"), frozenset({"27299"}))
    assert (diameter.peers[0].dial, diameter.reading.home) == (("10.0.0.1", 3868), frozenset({"27299"}))
    assert (diameter.reading.services["32299"], diameter.reading.services["32251"]) == ("content", "data")
    assert (radius.clients[0].secret, radius.port) == (b"s3cret", 1813)
    assert (form.gathering.lanes, form.gathering.compile_after) == (2, None)
    assert "s3cret" not in repr(radius)


@pytest.mark.parametrize(
    ("doc", "place"),
    [
        ({"nhcf": []}, "nhcf"),
        ({"nchf": [{"port": 99999}]}, "$.nchf[0].port"),
        ({"radius": [{"clients": [{"name": "bng", "networks": []}]}]}, "secret"),
    ],
)
def test_what_is_wrong_in_the_file_is_told_with_its_place(tmp_path: Path, doc: Doc, place: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_form(write(tmp_path, doc))
    assert place in refused.value.reason


def test_a_file_that_is_named_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "gone.json"))
    with pytest.raises(Invalid, match=r"gone\.json cannot be read"):
        read_form(settings(tmp_path))
