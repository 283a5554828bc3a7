"""uv looks for packages where pip does."""

from __future__ import annotations

from tools.dev.package_index import parse_pip_settings, uv_environment

LISTING = """\
:env:.cert='/etc/ssl/certs/own.crt'
:env:.find-links='/wheels /more-wheels'
global.index-url='https://mirror.example/simple'
global.cert='/etc/ssl/certs/other.crt'
install.trusted-host='mirror.example'
global.disable-pip-version-check='1'
"""


def test_the_environment_wins_over_files() -> None:
    assert parse_pip_settings(LISTING) == {
        "cert": "/etc/ssl/certs/own.crt",
        "find-links": "/wheels /more-wheels",
        "index-url": "https://mirror.example/simple",
        "trusted-host": "mirror.example",
        "disable-pip-version-check": "1",
    }


def test_the_order_of_the_listing_does_not_matter() -> None:
    backwards = "\n".join(reversed(LISTING.splitlines()))
    assert parse_pip_settings(backwards) == parse_pip_settings(LISTING)


def test_pips_settings_are_said_in_uvs_words() -> None:
    environment = uv_environment(parse_pip_settings(LISTING), {"PATH": "/bin", "XDG_CONFIG_HOME": "/nowhere"})
    assert environment == {
        "PATH": "/bin",
        "XDG_CONFIG_HOME": "/nowhere",
        "SSL_CERT_FILE": "/etc/ssl/certs/own.crt",
        "UV_FIND_LINKS": "/wheels,/more-wheels",
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_INSECURE_HOST": "mirror.example",
    }


def test_uv_keeps_settings_of_its_own() -> None:
    own = {"UV_DEFAULT_INDEX": "https://own.example/simple", "XDG_CONFIG_HOME": "/nowhere"}
    environment = uv_environment(parse_pip_settings(LISTING), own)
    assert environment == {**own, "SSL_CERT_FILE": "/etc/ssl/certs/own.crt"}


def test_a_machine_without_settings_changes_nothing() -> None:
    assert uv_environment(parse_pip_settings(""), {"PATH": "/bin"}) == {"PATH": "/bin"}
