"""Words that all mobile plans include: called numbers, networks by their codes, and how much the network is given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tandem.bss.catalog.seed.documents import table
from tandem.kernel.json import Doc

NUMBERS: Final = "table-numbers"
NETWORKS: Final = "table-networks"
QUOTA: Final = "table-quota"
CALLED_AND_SERVED: Final = (NUMBERS, NETWORKS)

NATIONAL: Final = "National"
GERMANY: Final = "Germany"
ANYWHERE: Final = "Anywhere"
DOMESTIC: Final = ("home", "eea")
"""Where a plan is used at its domestic prices. Standard: Regulation (EU) 2022/612, article 4 (roam like at home)."""

_PREFIXES: Final = {NATIONAL: ("353",), GERMANY: ("49",)}

HOME: Final = ("272", "27299")
"""Corrib's own network (a fictional code under that of Ireland), and where others serve at home in its stead."""
EEA: Final = (
    *("202", "204", "206", "208", "214", "216", "219", "222", "226", "230", "231", "232", "238", "240", "242"),
    *("244", "246", "247", "248", "260", "262", "268", "270", "274", "278", "280", "284", "293", "295"),
    *("340", "647", "742"),  # France's outermost regions are part of the Union
)
"""Standard: ITU-T E.212, mobile country codes of the states of the European Economic Area, Ireland left out."""
WORLD: Final = (
    *("212", "213", "218", "220", "221", "225", "228", "234", "235", "250", "255", "257", "259", "266", "276", "282"),
    *("283", "286", "288", "289", "290", "292", "294", "297", "302", "308", "310", "311", "312", "313", "314", "315"),
    *("316", "330", "332", "334", "338", "342", "344", "346", "348", "350", "352", "354", "356", "358", "360", "362"),
    *("363", "364", "365", "366", "368", "370", "372", "374", "376", "400", "401", "402", "404", "405", "406", "410"),
    *("412", "413", "414", "415", "416", "417", "418", "419", "420", "421", "422", "424", "425", "426", "427", "428"),
    *("429", "430", "431", "432", "434", "436", "437", "438", "440", "441", "450", "452", "454", "455", "456", "457"),
    *("460", "461", "466", "467", "470", "472", "502", "505", "510", "514", "515", "520", "525", "528", "530", "536"),
    *("537", "539", "540", "541", "542", "543", "544", "545", "546", "547", "548", "549", "550", "551", "552", "553"),
    *("555", "602", "603", "604", "605", "606", "607", "608", "609", "610", "611", "612", "613", "614", "615", "616"),
    *("617", "618", "619", "620", "621", "622", "623", "624", "625", "626", "627", "628", "629", "630", "631", "632"),
    *("633", "634", "635", "636", "637", "638", "639", "640", "641", "642", "643", "645", "646", "648", "649", "650"),
    *("651", "652", "653", "654", "655", "657", "658", "659", "702", "704", "706", "708", "710", "712", "714", "716"),
    *("722", "724", "730", "732", "734", "736", "738", "740", "744", "746", "748", "750"),
)
"""Standard: ITU-T E.212, the other countries'. Ships, aircraft and satellites (901) are not served."""


def tables() -> Iterator[Doc]:
    """The documents that the plans include."""
    anywhere = tuple(str(digit) for digit in range(1, 10)) + tuple(code for of in _PREFIXES.values() for code in of)
    yield table(NUMBERS, "Called numbers", destinations=_lists({**_PREFIXES, ANYWHERE: anywhere}))
    yield table(NETWORKS, "Networks", networks=_lists({"home": HOME, "eea": EEA, "world": WORLD}))
    yield table(QUOTA, "Quota", quota=quota(data="100 MB"))


def quota(*, data: str) -> list[Doc]:
    """How much the network is given at a time."""
    common = {"validity": "1 hour", "holding": "10 minutes", "threshold": 80}
    return [
        {"service": "data", "slice": data, "lastSlice": "1 MB", **common},
        {"service": "voice", "slice": "5 minutes", "lastSlice": "10 seconds", **common},
    ]


def _lists(words: dict[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {name: sorted(codes) for name, codes in words.items()}
