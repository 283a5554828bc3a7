"""The numbers that Diameter knows currencies by. Standard: ISO 4217."""

from __future__ import annotations

from typing import Final

CURRENCY_NUMBERS: Final = {
    "AED": 784, "ALL": 8, "AMD": 51, "AOA": 973, "ARS": 32, "AUD": 36, "AZN": 944, "BAM": 977, "BDT": 50, "BGN": 975,
    "BHD": 48, "BND": 96, "BOB": 68, "BRL": 986, "BWP": 72, "BYN": 933, "CAD": 124, "CDF": 976, "CHF": 756, "CLP": 152,
    "CNY": 156, "COP": 170, "CRC": 188, "CZK": 203, "DKK": 208, "DOP": 214, "DZD": 12, "EGP": 818, "ETB": 230,
    "EUR": 978, "FJD": 242, "GBP": 826, "GEL": 981, "GHS": 936, "GTQ": 320, "HKD": 344, "HNL": 340, "HUF": 348,
    "IDR": 360, "ILS": 376, "INR": 356, "IQD": 368, "IRR": 364, "ISK": 352, "JMD": 388, "JOD": 400, "JPY": 392,
    "KES": 404, "KGS": 417, "KHR": 116, "KRW": 410, "KWD": 414, "KZT": 398, "LAK": 418, "LBP": 422, "LKR": 144,
    "LYD": 434, "MAD": 504, "MDL": 498, "MGA": 969, "MKD": 807, "MMK": 104, "MNT": 496, "MUR": 480, "MXN": 484,
    "MYR": 458, "MZN": 943, "NAD": 516, "NGN": 566, "NIO": 558, "NOK": 578, "NPR": 524, "NZD": 554, "OMR": 512,
    "PAB": 590, "PEN": 604, "PGK": 598, "PHP": 608, "PKR": 586, "PLN": 985, "PYG": 600, "QAR": 634, "RON": 946,
    "RSD": 941, "RUB": 643, "RWF": 646, "SAR": 682, "SDG": 938, "SEK": 752, "SGD": 702, "SYP": 760, "THB": 764,
    "TJS": 972, "TMT": 934, "TND": 788, "TRY": 949, "TTD": 780, "TWD": 901, "TZS": 834, "UAH": 980, "UGX": 800,
    "USD": 840, "UYU": 858, "UZS": 860, "VND": 704, "XAF": 950, "XCD": 951, "XOF": 952, "XPF": 953, "YER": 886,
    "ZAR": 710, "ZMW": 967,
}  # fmt: skip

CURRENCY_NAMES: Final = {number: name for name, number in CURRENCY_NUMBERS.items()}
