"""A policy and a mount for the tests of access."""

from __future__ import annotations

import pytest

from tandem.kernel.access.logins import Mount
from tandem.kernel.access.policy import Policy, RolesApart, grant


@pytest.fixture(scope="session")
def policy() -> Policy:
    return Policy(
        grant("agent", "Customer", "get"),
        roles=("agent", "finance", "admin", "customer"),
        roles_apart=(RolesApart("finance", "admin", "Who makes users moves no money."),),
    )


@pytest.fixture(scope="session")
def desk() -> Mount:
    return Mount("desk", roles=frozenset({"agent", "finance", "admin"}), idle_s=1800, age_s=43_200)
