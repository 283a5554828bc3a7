"""Where the program's settings come from: the command line, then the environment. Secrets never stand in the tree."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tandem.kernel.errors import Invalid

DEFAULT_PORT = 8080
DEFAULT_TENANT = "corrib"
DEFAULT_SENDER = "Corrib Communications <care@corrib.example>"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an operator may set.

    data: the folder of this installation (embedded database, keys, documents).
    database_url: an own PostgreSQL, as a user who may make roles; without it the embedded one is started.
    tenant: the operator or brand that this process serves to logins without another one.
    halves: "both", or "bss" or "oss" where the other half is reached at `other_half_url`.
    hub_allow: hosts and networks that hubs may call although they are inside.
    smtp_url: `smtp[s]://[user:password@]host[:port]`; without it mails are files in `mail_folder`.
    mail_sender: who writes to customers, `Name <address>`.
    """

    data: Path
    database_url: str | None = None
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    tenant: str = DEFAULT_TENANT
    public_url: str | None = None
    trust_forwarded: bool = False
    hub_allow: tuple[str, ...] = ()
    halves: str = "both"
    other_half_url: str | None = None
    other_half_token: str | None = None
    threads: int = 8
    workers: int = 4
    mail_folder: Path | None = None
    smtp_url: str | None = None
    mail_sender: str = DEFAULT_SENDER
    psp_url_given: str | None = None

    @property
    def keys(self) -> Path:
        """Where signing and sealing keys are kept, unless the environment names files."""
        return self.data / "keys"

    @property
    def mail(self) -> Path:
        """Where messages to customers are put when no mail server is set."""
        return self.mail_folder or self.data / "mail"

    @property
    def usage_drop(self) -> Path:
        """Where usage files are dropped."""
        return self.data / "usage"

    @property
    def psp_port(self) -> int:
        """Where the simulated card processor of this installation listens: beside our own port."""
        return self.port + 1 if self.port < 65_535 else self.port - 1

    @property
    def nchf_port(self) -> int:
        """Where the charging process serves Nchf when its file says nothing: beside our own port."""
        return self._beside(2)

    @property
    def charging_health_port(self) -> int:
        """Where the charging process tells its health and figures."""
        return self._beside(3)

    def _beside(self, distance: int) -> int:
        return self.port + distance if self.port + distance <= 65_535 else self.port - distance

    @property
    def psp_url(self) -> str:
        """The card processor: the operator's own, else the simulated one."""
        return self.psp_url_given or f"http://127.0.0.1:{self.psp_port}"

    @property
    def url(self) -> str:
        """How this process is reached."""
        return self.public_url or f"http://{self.host}:{self.port}"


def from_environment(environment: Mapping[str, str] | None = None, **given: object) -> Settings:
    """Settings from `TANDEM_*` variables, with what was given on the command line before them.

    Raises: Invalid, naming the variable.
    """
    env = os.environ if environment is None else environment
    values: dict[str, object] = {
        "data": Path(env.get("TANDEM_DATA", ".tandem")),
        "database_url": env.get("TANDEM_DATABASE_URL"),
        "host": env.get("TANDEM_HOST", "127.0.0.1"),
        "port": _number(env, "TANDEM_PORT", DEFAULT_PORT),
        "tenant": env.get("TANDEM_TENANT", DEFAULT_TENANT),
        "public_url": env.get("TANDEM_PUBLIC_URL"),
        "trust_forwarded": env.get("TANDEM_TRUST_FORWARDED") == "1",
        "hub_allow": tuple(part.strip() for part in env.get("TANDEM_HUB_ALLOW", "").split(",") if part.strip()),
        "halves": _word(env, "TANDEM_HALVES", ("both", "bss", "oss")),
        "other_half_url": env.get("TANDEM_OTHER_HALF_URL"),
        "other_half_token": env.get("TANDEM_OTHER_HALF_TOKEN"),
        "threads": _number(env, "TANDEM_THREADS", 8),
        "workers": _number(env, "TANDEM_WORKERS", 4),
        "mail_folder": Path(env["TANDEM_MAIL"]) if "TANDEM_MAIL" in env else None,
        "smtp_url": env.get("TANDEM_SMTP_URL"),
        "mail_sender": env.get("TANDEM_MAIL_SENDER", DEFAULT_SENDER),
        "psp_url_given": env.get("TANDEM_PSP_URL"),
    }
    values.update({name: value for name, value in given.items() if value is not None})
    settings = Settings(**values)  # type: ignore[arg-type]
    return _with_absolute_data(settings)


def _with_absolute_data(settings: Settings) -> Settings:
    return replace(settings, data=settings.data.resolve())


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, str(default))
    if not text.isdigit():
        raise Invalid(f"{name} is not a number: {text!r}", code="settings.number", path=name)
    return int(text)


def _word(env: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    text = env.get(name, words[0])
    if text not in words:
        raise Invalid(f"{name} is one of {', '.join(words)}, not {text!r}", code="settings.word", path=name)
    return text
