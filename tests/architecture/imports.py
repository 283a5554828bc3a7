"""Runs the import contracts over a package and says which are broken, and why."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from importlinter import configuration
from importlinter.application import rendering, use_cases
from importlinter.application.user_options import UserOptions

from tests.architecture.contracts import DOORS_TYPE, contracts

configuration.configure()


@dataclass(frozen=True)
class Verdict:
    """What the contracts say about a tree."""

    broken: tuple[str, ...]
    report: str


def judge(root: str, folder: Path, *, cache: Path | None = None) -> Verdict:
    """Hold the package `root`, which lies in `folder` and can be imported, against every contract."""
    options = UserOptions(
        session_options={
            "root_packages": [root],
            "include_external_packages": "true",
            "exclude_type_checking_imports": "false",
            "contract_types": [DOORS_TYPE],
        },
        contracts_options=contracts(root, folder),
    )
    for index, contract in enumerate(options.contracts_options):
        contract.setdefault("id", f"contract-{index}")
    use_cases._register_contract_types(options)
    report = use_cases.create_report(options, cache_dir=str(cache) if cache else None)
    printed = io.StringIO()
    with redirect_stdout(printed):
        rendering.render_report(report)
    broken = tuple(contract.name for contract, check in report.get_contracts_and_checks() if not check.kept)
    return Verdict(broken, printed.getvalue())
