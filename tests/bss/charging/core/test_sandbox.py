"""`tandem rate`: what it says, what it refuses and where, and that a run can go on where another ended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from tandem.app.__main__ import main
from tandem.bss.charging.rules.core import mode
from tandem.bss.charging.terms.sandbox import StateFile
from tools.docs import schemas

ROOT = Path(__file__).resolve().parents[4]
TARIFF = {
    "id": "t",
    "version": "7",
    "currency": "EUR",
    "destinations": {"ireland": ["353"]},
    "prices": [
        {
            "id": "call",
            "service": "voice",
            "amount": "0.12",
            "per": "1 minute",
            "to": ["ireland"],
            "increments": "60/1",
        },
        {
            "id": "sms",
            "service": "message",
            "tiers": {
                "kind": "graduated",
                "scope": "cycle",
                "steps": [{"upTo": 5, "amount": "0.10"}, {"amount": "0.05"}],
            },
        },
    ],
    "allowances": [{"id": "minutes", "service": "voice", "amount": "2 minutes", "thresholds": [50, 100]}],
    "payment": {"order": ["money", "invoice"]},
}
STATE = {
    "subscribers": [
        {"id": "ann", "account": "home", "timeZone": "Europe/Dublin", "activeFrom": "2026-01-05T00:00:00Z"}
    ],
    "buckets": [{"kind": "money", "id": "wallet", "account": "home", "granted": "0.30"}],
}
CALL = {
    "id": "c-1",
    "subscriber": "ann",
    "service": "voice",
    "start": "2026-10-12T09:00:00Z",
    "duration": 190,
    "destination": "+35391",
}
TEXT = {"subscriber": "ann", "service": "message", "start": "2026-10-12T10:00:00Z"}


@pytest.fixture(autouse=True)
def _interpreted() -> Any:
    mode.use_compiled(False)
    yield
    mode.use_compiled(None)


def run(folder: Path, capsys: pytest.CaptureFixture[str], usage: list[Any], **files: Any) -> tuple[int, Any, str]:
    """The exit code, the answer and what was complained about."""
    told = {"tariff": TARIFF, **files}
    arguments = ["rate", "--json", "--usage", str(folder / "usage")]
    (folder / "usage").write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in usage))
    for name, content in told.items():
        (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
        arguments += [f"--{name}", str(folder / name)]
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, json.loads(out), err


def test_a_call_is_charged_moved_and_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found, err = run(tmp_path, capsys, [CALL], state=STATE)
    assert (code, err) == (0, "")
    (use,) = found["uses"]
    assert (use["line"], use["id"], use["outcome"]) == (1, "c-1", "rated")
    included, paid = use["charges"]
    assert (included["term"], included["quantity"], included["counted"], included["amount"]) == (
        "minutes",
        120,
        120,
        "0.00",
    )
    assert included["moves"] == [
        {"bucket": "minutes", "kind": "allowance", "change": "used", "taken": 120, "before": 0, "after": 120}
    ]
    # 70 seconds more, that continue: 70 x 0.12 / 60 = 0.14
    assert (paid["term"], paid["quantity"], paid["counted"], paid["amount"]) == ("call", 70, 70, "0.14")
    assert paid["moves"] == [
        {"bucket": "wallet", "kind": "money", "change": "used", "taken": "0.14", "before": "0.00", "after": "0.14"}
    ]
    assert paid["path"] == {
        "tariff": "t",
        "tariffVersion": "7",
        "term": "call",
        "increments": "60/1",
        "continues": True,
        "destination": "ireland",
        "prefix": "353",
        "incrementsCounted": 70,
        "rounding": "halfUp to 2 at each charge",
    }
    assert [one["percent"] for one in use["thresholds"]] == [50, 100]
    assert found["totals"]["amount"] == found["totals"]["paidByMoney"] == "0.14"


def test_a_run_goes_on_where_another_ended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    uses = [CALL, TEXT | {"count": 4}, TEXT | {"count": 3}, CALL | {"start": "2026-11-01T00:00:00Z"}]
    _, whole, _ = run(tmp_path, capsys, uses, state=STATE)
    _, first, _ = run(tmp_path, capsys, uses[:2], state=STATE)
    _, second, _ = run(tmp_path, capsys, uses[2:], state=first["state"])
    plain = [[(one["term"], one["amount"], one["invoiced"]) for one in use["charges"]] for use in whole["uses"]]
    again = [
        [(one["term"], one["amount"], one["invoiced"]) for one in use["charges"]]
        for use in first["uses"] + second["uses"]
    ]
    assert again == plain
    # Four and one of three at 0.10, then two at 0.05; the wallet's 0.30 less the call's 0.14 are the first text's.
    assert plain[1:3] == [[("sms", "0.40", "0.24")], [("sms", "0.20", "0.20")]]
    assert second["state"] == whole["state"]
    assert whole["uses"][2]["charges"][0]["path"]["steps"] == {
        "kind": "graduated",
        "scope": "cycle",
        "from": 4,
        "to": 7,
    }


def test_bad_lines_are_told_and_the_others_rated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = [
        "{",
        CALL | {"duration": -1},
        CALL | {"start": "yesterday"},
        CALL | {"colour": "red"},
        {"service": "voice"},
    ]
    code, found, err = run(tmp_path, capsys, [*wrong, "", CALL])
    assert code == 1
    assert [(one["line"], one["path"]) for one in found["refused"]] == [
        (1, ""),
        (2, "duration"),
        (3, "start"),
        (4, ""),
        (5, ""),
    ]
    assert [use["line"] for use in found["uses"]] == [7]
    assert f"{tmp_path / 'usage'}, line 2, duration: " in err


@pytest.mark.parametrize(
    ("tariff", "path"),
    [
        ("{", ""),
        (TARIFF | {"currency": "euro"}, "currency"),
        (TARIFF | {"prices": [{"id": "p", "service": "x", "amount": "1", "to": ["moon"]}]}, "prices[0].to"),
        ({"tariffs": [TARIFF, TARIFF | {"holidays": ["2026-02-30"]}]}, "tariffs[1].holidays[0]"),
        ({"tariffs": []}, "tariffs"),
    ],
)
def test_a_bad_tariff_rates_nothing(tariff: Any, path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found, err = run(tmp_path, capsys, [CALL], tariff=tariff)
    assert (code, found["isRated"]) == (1, False)
    assert [(one["file"], one["line"], one["path"]) for one in found["refused"]] == [
        (str(tmp_path / "tariff"), 0, path)
    ]
    assert err


@pytest.mark.parametrize(
    ("bucket", "path"),
    [
        ({"kind": "money", "granted": "1"}, "buckets[0]"),
        ({"kind": "money", "subscriber": "ann", "granted": "0.0000001"}, "buckets[0].granted"),
        ({"kind": "units", "subscriber": "ann", "granted": "1 GB", "measure": "second"}, "buckets[0].granted"),
        ({"kind": "allowance", "subscriber": "ann", "term": "nothing"}, "buckets[0].term"),
        ({"kind": "units", "subscriber": "ann", "services": ["fax"]}, "buckets[0].services"),
        ({"kind": "units", "subscriber": "ann", "start": "now"}, "buckets[0].start"),
    ],
)
def test_a_bad_state_rates_nothing(bucket: Any, path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found, _ = run(tmp_path, capsys, [CALL], state={"buckets": [bucket]})
    assert (code, found["isRated"]) == (1, False)
    assert [(one["file"], one["path"]) for one in found["refused"]] == [(str(tmp_path / "state"), path)]


def test_without_json_it_is_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, content in (("tariff", TARIFF), ("usage", CALL)):
        (tmp_path / name).write_text(json.dumps(content))
    assert main(["rate", "--tariff", str(tmp_path / "tariff"), "--usage", str(tmp_path / "usage")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].split() == ["1", "ann", "voice", "call", "70", "70", "0.14"]
    assert lines[-1] == "1 uses (1 rated), amount 0.14: by money 0.00, invoice 0.14, unpaid 0.00; waived 0.00"


def test_the_published_schemas_are_current_and_hold_what_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, text in schemas.pages().items():
        assert (ROOT / path).read_text() == text, f"{path}: ./dev docs writes it"
    _, found, _ = run(tmp_path, capsys, [CALL, TEXT], state=STATE)
    msgspec.convert(found["state"], StateFile)
    for name, value in (("tariff", TARIFF), ("usage", CALL), ("state", STATE), ("state", found["state"])):
        schema = json.loads((ROOT / f"docs/schemas/{name}.schema.json").read_text())
        jsonschema.validate(value, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(CALL | {"colour": "red"}, json.loads((ROOT / "docs/schemas/usage.schema.json").read_text()))
