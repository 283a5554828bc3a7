"""Connections that are ciphered: who shows a certificate in its name is believed, others are not."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tandem.bss.charging.rules.diameter import dictionary as d
from tandem.bss.charging.wire.diameter import Tls
from tests.bss.charging.diameter.scripted import CLIENT, SETTINGS, RawClient, ScriptedAsker, ccr, listening, service
from tests.support.loops import finish


class Authority:
    """Signs certificates for hosts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
        self.certificate = self._write("authority", self._sign("authority", self._key.public_key(), is_authority=True))

    def issue(self, host: str) -> tuple[str, str]:
        """Files of a certificate and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        octets = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        place = self.folder / f"{host}.key"
        place.write_bytes(octets)
        return self._write(host, self._sign(host, key.public_key(), is_authority=False)), str(place)

    def _sign(self, host: str, key: ec.EllipticCurvePublicKey, *, is_authority: bool) -> x509.Certificate:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]))
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    def _write(self, host: str, certificate: x509.Certificate) -> str:
        place = self.folder / f"{host}.pem"
        place.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return str(place)


@pytest.mark.parametrize(("host", "result"), [(CLIENT.host, 2001), ("other.visited.example", 3010)])
def test_a_certificate_says_who_it_is(host: str, result: int, tmp_path: Path) -> None:
    async def story() -> None:
        authority = Authority(tmp_path)
        certificate, key = authority.issue(SETTINGS.host)
        tls = Tls(certificate=certificate, key=key, authority=authority.certificate)
        context = ssl.create_default_context(cafile=authority.certificate)
        context.load_cert_chain(*authority.issue(host))
        async with listening(ScriptedAsker(), replace(SETTINGS, tls=tls)) as server:
            streams = await asyncio.open_connection(
                "127.0.0.1", server.port, ssl=context, server_hostname=SETTINGS.host
            )
            client = RawClient(*streams)
            assert (await client.introduce()).number(d.RESULT_CODE) == result
            if result == 2001:
                _, told = await client.ask(ccr(1, 0, service(1)))
                assert told.number(d.RESULT_CODE) == 2001
            client.close()

    finish(story())


def test_who_has_no_certificate_is_not_heard(tmp_path: Path) -> None:
    async def story() -> None:
        authority = Authority(tmp_path)
        certificate, key = authority.issue(SETTINGS.host)
        tls = Tls(certificate=certificate, key=key, authority=authority.certificate)
        async with listening(ScriptedAsker(), replace(SETTINGS, tls=tls)) as server:
            context = ssl.create_default_context(cafile=authority.certificate)
            with pytest.raises((ssl.SSLError, ConnectionError, asyncio.IncompleteReadError)):
                streams = await asyncio.open_connection(
                    "127.0.0.1", server.port, ssl=context, server_hostname=SETTINGS.host
                )
                await RawClient(*streams).introduce()
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await (await RawClient.connect(server.port)).introduce()

    finish(story())
