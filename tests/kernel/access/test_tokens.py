"""Bearer tokens: who they prove, and every way in which they do not."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from tandem.kernel.access.policy import Caller
from tandem.kernel.access.signing import SigningKeys
from tandem.kernel.access.tokens import (
    OWN_AUDIENCE,
    OWN_ISSUER,
    ClaimNames,
    Issuer,
    TokenRefused,
    Tokens,
    issue_token,
    keys_at_url,
    keys_in_file,
    own_issuer,
)
from tandem.kernel.errors import Unavailable

ROLES = frozenset({"agent", "noc", "customer"})


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "signing.json"


@pytest.fixture
def keys(key_file: Path) -> SigningKeys:
    return SigningKeys.from_file(key_file)


@pytest.fixture
def tokens(key_file: Path) -> Tokens:
    return Tokens([own_issuer(key_file)], roles=ROLES)


def claims(**over: Any) -> dict[str, Any]:
    now = int(time.time())
    base = {"iss": OWN_ISSUER, "aud": OWN_AUDIENCE, "sub": "s", "tenant": "corrib", "roles": ["agent"], "exp": now + 60}
    return {name: value for name, value in (base | over).items() if value is not None}


def signed(keys: SigningKeys, **over: Any) -> str:
    return jwt.encode({"alg": "ES256", "kid": keys.signing.kid}, claims(**over), keys.signing)


def test_our_own_token_proves_its_caller(keys: SigningKeys, tokens: Tokens) -> None:
    token = issue_token(keys, role="customer", tenant="corrib", subject="mary", ttl_s=60, party_id="p1")
    expected = Caller("corrib", "token:mary", frozenset({"customer"}), "p1")
    assert tokens.remembered(token) is None
    assert tokens.caller(token) == expected
    assert tokens.remembered(token) is expected or tokens.remembered(token) == expected


@pytest.mark.parametrize(
    ("over", "says"),
    [
        ({"exp": 1}, "expired"),
        ({"exp": None}, "exp"),
        ({"exp": "tomorrow"}, "exp"),
        ({"nbf": int(time.time()) + 3600}, "not yet valid"),
        ({"aud": "another"}, "aud"),
        ({"aud": None}, "aud"),
        ({"iss": "https://elsewhere"}, "does not know"),
        ({"sub": None}, "sub"),
        ({"roles": ["king"]}, "no role"),
        ({"roles": None}, "no role"),
        ({"tenant": None}, "no tenant"),
    ],
)
def test_a_token_with_a_wrong_claim_proves_nobody(
    keys: SigningKeys, tokens: Tokens, over: dict[str, Any], says: str
) -> None:
    with pytest.raises(TokenRefused, match=says):
        tokens.caller(signed(keys, **over))


def test_an_audience_list_that_holds_ours_is_good(keys: SigningKeys, tokens: Tokens) -> None:
    assert tokens.caller(signed(keys, aud=["another", OWN_AUDIENCE])).actor == "token:s"


def test_an_altered_token_is_refused(keys: SigningKeys, tokens: Tokens) -> None:
    head, _, signature = signed(keys).split(".")
    body = signed(keys, roles=["noc"]).split(".")[1]
    with pytest.raises(TokenRefused, match="signature"):
        tokens.caller(f"{head}.{body}.{signature}")


def test_unsigned_and_symmetric_tokens_are_refused(keys: SigningKeys, tokens: Tokens) -> None:
    unsigned = jwt.encode({"alg": "none"}, claims(), OctKey.import_key("k" * 32), algorithms=["none"])
    public = json.dumps(keys.public_set()["keys"][0])
    confused = jwt.encode({"alg": "HS256"}, claims(), OctKey.import_key(public), algorithms=["HS256"])
    for token in (unsigned, confused, "", "x", "a.b.c", "." * 20_000):
        with pytest.raises(TokenRefused):
            tokens.caller(token)


def test_a_key_of_somebody_else_is_refused(tokens: Tokens) -> None:
    stranger = ECKey.generate_key("P-256")
    with pytest.raises(TokenRefused):
        tokens.caller(jwt.encode({"alg": "ES256"}, claims(), stranger))


def test_rotation_keeps_the_tokens_of_the_key_before(key_file: Path, keys: SigningKeys, tokens: Tokens) -> None:
    before = signed(keys)
    rotated = SigningKeys.rotate(key_file)
    assert rotated.signing.kid != keys.signing.kid
    fresh = Tokens([own_issuer(key_file)], roles=ROLES)
    assert fresh.caller(before) == fresh.caller(signed(rotated))
    assert len(rotated.public_set()["keys"]) == 2
    assert all("d" not in key for key in rotated.public_set()["keys"])


def test_a_key_rotated_in_by_another_process_is_found(key_file: Path, keys: SigningKeys, tokens: Tokens) -> None:
    tokens.caller(signed(keys))
    tokens._issuers[OWN_ISSUER].keys._tried_at = float("-inf")  # type: ignore[attr-defined]
    assert tokens.caller(signed(SigningKeys.rotate(key_file), sub="later")).actor == "token:later"


def test_another_issuer_speaks_its_own_words(tmp_path: Path) -> None:
    theirs = RSAKey.generate_key(2048, {"use": "sig"})
    theirs.ensure_kid()
    jwks = tmp_path / "jwks.json"
    jwks.write_text(json.dumps({"keys": [theirs.as_dict(private=False)]}))
    issuer = Issuer(
        "https://sso.operator.example/realms/staff",
        "tandem-desk",
        keys_in_file(jwks),
        algorithms=("RS256",),
        claims=ClaimNames(roles="realm_access.roles", subject="preferred_username"),
        role_map={"noc-shift": "noc", "callcentre": "agent"},
        tenant="corrib",
    )
    token = jwt.encode(
        {"alg": "RS256", "kid": theirs.kid},
        claims(
            iss=issuer.name,
            aud="tandem-desk",
            preferred_username="aoife",
            realm_access={"roles": ["noc-shift", "offline_access"]},
            tenant="another",
        ),
        theirs,
    )
    assert Tokens([issuer], roles=ROLES).caller(token) == Caller("corrib", "token:aoife", frozenset({"noc"}))


def test_a_tenant_that_is_not_here_is_refused(key_file: Path, keys: SigningKeys) -> None:
    tokens = Tokens([own_issuer(key_file)], roles=ROLES, tenants=frozenset({"corrib"}))
    with pytest.raises(TokenRefused, match="no tenant"):
        tokens.caller(signed(keys, tenant="skellig"))


def test_an_issuer_that_does_not_answer_is_unavailable_not_a_refusal() -> None:
    issuer = Issuer("https://sso.example", "tandem", keys_at_url("http://127.0.0.1:9/jwks", timeout_s=0.5))
    stranger = ECKey.generate_key("P-256")
    with pytest.raises(Unavailable, match="keys cannot be had"):
        Tokens([issuer], roles=ROLES).caller(jwt.encode({"alg": "ES256"}, claims(iss=issuer.name), stranger))
