"""Sealed secrets: what opens, what does not, and that nothing shows itself."""

from __future__ import annotations

import json
import pickle
import stat
from pathlib import Path

import msgspec
import pytest

from tandem.kernel.access.keyfiles import KeyFileUnsafe, key_file_beside, write_new
from tandem.kernel.access.sealed import SealBroken, SealingKeys, Secret

KI = "465B5CE8B199B49FAA5F0A2EE238A6BC"


@pytest.fixture
def ring_file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "sealing.json"


@pytest.fixture
def keys(ring_file: Path) -> SealingKeys:
    return SealingKeys.from_file(ring_file)


def test_a_sealed_text_opens_for_its_purpose(keys: SealingKeys) -> None:
    text = keys.seal(KI, purpose="sim.ki:1")
    assert KI not in text
    assert keys.unseal(text, purpose="sim.ki:1").reveal_text() == KI


def test_the_same_secret_never_seals_to_the_same_text(keys: SealingKeys) -> None:
    assert keys.seal(KI, purpose="p") != keys.seal(KI, purpose="p")


def test_a_text_for_one_sim_does_not_open_for_another(keys: SealingKeys) -> None:
    text = keys.seal(KI, purpose="sim.ki:1")
    with pytest.raises(SealBroken, match="another purpose"):
        keys.unseal(text, purpose="sim.ki:2")


@pytest.mark.parametrize("spoilt", ["", "tandem1.x", "tandem1.zz.!!!!", "plain text", "tandem2.a.b"])
def test_what_is_no_sealed_text_is_refused(keys: SealingKeys, spoilt: str) -> None:
    with pytest.raises(SealBroken):
        keys.unseal(spoilt, purpose="p")


def test_an_altered_text_does_not_open(keys: SealingKeys) -> None:
    text = keys.seal(KI, purpose="p")
    flipped = text[:-6] + ("A" if text[-6] != "A" else "B") + text[-5:]
    with pytest.raises(SealBroken):
        keys.unseal(flipped, purpose="p")


def test_rotation_opens_the_old_and_reseals_under_the_new(ring_file: Path, keys: SealingKeys) -> None:
    old = keys.seal(KI, purpose="p")
    rotated = SealingKeys.rotate(ring_file)
    assert rotated.current != keys.current
    assert rotated.unseal(old, purpose="p").reveal_text() == KI
    renewed = rotated.reseal(old, purpose="p")
    assert renewed.split(".")[1] == rotated.current
    assert rotated.reseal(renewed, purpose="p") == renewed
    with pytest.raises(SealBroken, match="not in the key ring"):
        keys.unseal(renewed, purpose="p")


def test_the_key_file_is_for_its_owner_only(ring_file: Path, keys: SealingKeys) -> None:
    assert stat.S_IMODE(ring_file.stat().st_mode) == 0o600
    ring_file.chmod(0o640)
    with pytest.raises(KeyFileUnsafe, match="mode 0640"):
        SealingKeys.from_file(ring_file)


def test_two_starts_at_once_agree_on_one_key(ring_file: Path) -> None:
    first, second = SealingKeys.from_file(ring_file), SealingKeys.from_file(ring_file)
    assert first.current == second.current
    assert not write_new(ring_file, b"late")
    assert [entry.name for entry in ring_file.parent.iterdir()] == ["sealing.json"]


def test_a_key_lies_beside_its_data_not_in_them(tmp_path: Path) -> None:
    data = tmp_path / "data"
    path = key_file_beside(data, "sealing.json")
    assert data not in path.parents
    assert tmp_path in path.parents


def test_a_secret_shows_itself_to_nobody() -> None:
    secret = Secret(KI)
    for shown in (repr(secret), str(secret), f"{secret}", f"{secret!s:>40}", f"{[secret]}"):
        assert KI not in shown
    for serialise in (pickle.dumps, json.dumps, msgspec.json.encode):
        with pytest.raises(TypeError):
            serialise(secret)
    assert secret == Secret(KI.encode())
    assert secret != Secret("other")
