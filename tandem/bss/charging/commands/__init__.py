"""Use cases: take usage in, charge it, correct it, and put it on a bill; keep balances."""

from tandem.bss.charging.commands.billed import BILLED, mark_billed, show_billed
from tandem.bss.charging.commands.correcting import delete_usage, exclude, patch_usage, release
from tandem.bss.charging.commands.reversing import reverse_usage
from tandem.bss.charging.commands.specifications import (
    create_specification,
    delete_specification,
    patch_specification,
)
from tandem.bss.charging.commands.taking import load_lines, load_usage_file, record_usage

__all__ = [
    "BILLED",
    "create_specification",
    "delete_specification",
    "delete_usage",
    "exclude",
    "load_lines",
    "load_usage_file",
    "mark_billed",
    "patch_specification",
    "patch_usage",
    "record_usage",
    "release",
    "reverse_usage",
    "show_billed",
]
