"""The settings file of issuers: what is taken, and that a mistake stops the start instead of opening a door."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from tandem.kernel.access.issuers import IssuersInvalid, issuers_in_file
from tandem.kernel.access.tokens import Tokens

ROLES = frozenset({"noc", "agent"})
GOOD = """
[[issuer]]
name = "https://sso.corrib.example/realms/staff"
audience = "tandem"
jwks_file = "staff.json"
tenant = "corrib"
[issuer.claims]
roles = "realm_access.roles"
[issuer.role_map]
"shift" = "noc"

[[issuer]]
name = "https://partners.example"
audience = "tandem"
jwks_url = "https://partners.example/keys"
algorithms = ["ES256"]
"""


def test_a_file_names_issuers_and_their_tokens_count(tmp_path: Path) -> None:
    key = RSAKey.generate_key(2048, {"use": "sig"})
    key.ensure_kid()
    (tmp_path / "staff.json").write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    file = tmp_path / "issuers.toml"
    file.write_text(GOOD)
    first, second = issuers_in_file(file, roles=ROLES)
    assert (first.algorithms, second.algorithms) == (("RS256", "ES256"), ("ES256",))
    claims = {
        "iss": first.name,
        "aud": "tandem",
        "sub": "x",
        "exp": 9_999_999_999,
        "realm_access": {"roles": ["shift"]},
    }
    token = jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)
    caller = Tokens([first, second], roles=ROLES).caller(token)
    assert (caller.tenant, caller.roles) == ("corrib", frozenset({"noc"}))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('jwks_file = "staff.json"', "", "one of jwks_url and jwks_file"),
        ('"shift" = "noc"', '"shift" = "king"', "king"),
        ('["ES256"]', '["HS256"]', "HS256"),
        ('["ES256"]', '["none"]', "none"),
        ("https://partners.example/keys", "http://partners.example/keys", "not https"),
        ("https://sso.corrib.example/realms/staff", "urn:tandem", "Tandem's own"),
        ("audience", "audiense", "audiense"),
        ("[[issuer]]", "[[issuer", "toml"),
    ],
)
def test_a_mistake_in_the_file_is_told(tmp_path: Path, old: str, new: str, says: str) -> None:
    file = tmp_path / "issuers.toml"
    file.write_text(GOOD.replace(old, new))
    with pytest.raises(IssuersInvalid, match=says):
        issuers_in_file(file, roles=ROLES)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(IssuersInvalid, match="No such file"):
        issuers_in_file(tmp_path / "none.toml", roles=ROLES)
