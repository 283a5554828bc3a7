"""A client that stands for a switch or a data gateway and asks a home register what a phone's attach would ask."""

from __future__ import annotations

from tandem.oss.elements.clients.link import Deadline, Endpoint, IpaLink, LinkPool
from tandem.oss.elements.clients.names import claim_name
from tandem.oss.elements.protocols import gsup, ipa
from tandem.oss.elements.protocols.errors import Garbled
from tandem.oss.elements.protocols.gsup import AuthVector, Domain, GsupMessage, Kind
from tandem.oss.elements.protocols.ipa import Frame
from tandem.oss.elements.terms import AttachResult, ElementUnavailable

LINKS = 4


class GsupLink:
    """One link on which we have said who we are."""

    def __init__(self, endpoint: Endpoint, deadline: Deadline) -> None:
        """Opens it and answers the register's question. Raises: ElementUnavailable."""
        self._name = claim_name(str(endpoint))
        try:
            self._link = IpaLink(endpoint, deadline)
        except BaseException:
            self._name.release()
            raise
        try:
            self._introduce(deadline)
        except BaseException:
            self.close()
            raise

    def ask(self, request: GsupMessage, deadline: Deadline) -> GsupMessage:
        """The register's next message about this IMSI. Raises: ElementUnavailable."""
        self._link.send(ipa.extended_frame(ipa.GSUP, gsup.encode(request)), deadline)
        while True:
            octets = self._link.receive(deadline).extended(ipa.GSUP)
            if octets is None:
                continue
            message = _decoded(octets)
            if message.imsi == request.imsi:
                return message

    def is_usable(self) -> bool:
        """Whether it may be lent again."""
        return self._link.is_usable()

    def close(self) -> None:
        """Let it go."""
        self._link.close()
        self._name.release()

    def _introduce(self, deadline: Deadline) -> None:
        while True:
            frame = self._link.receive(deadline)
            if frame.stream != ipa.LINK:
                continue
            if frame.payload[:1] == bytes([ipa.IDENTITY_REQUEST]):
                self._link.send(ipa.identity_response(self._name.name), deadline)
                return
            if frame.payload[:1] == bytes([ipa.IDENTITY_ACK]):
                self._link.send(Frame(ipa.LINK, bytes([ipa.IDENTITY_ACK])), deadline)


def _decoded(octets: bytes) -> GsupMessage:
    try:
        return gsup.decode(octets)
    except Garbled as fault:
        raise ElementUnavailable(f"the element does not keep to its protocol: {fault}") from fault


class GsupClient:
    """Safe to share between threads. Units: timeout_s, for a whole attach."""

    def __init__(self, endpoint: Endpoint, *, timeout_s: float = 3.0) -> None:
        self.endpoint = endpoint
        self.timeout_s = timeout_s
        self._pool = LinkPool(lambda deadline: GsupLink(endpoint, deadline), size=LINKS)

    def attach(self, imsi: str, domain: Domain = Domain.PS) -> AttachResult:
        """What a phone's attach comes to: authentication vectors, location update, subscriber data; then it leaves
        again (purge), so that the register does not think that the phone is with us.

        Raises: ElementUnavailable. A refusal is a result.
        """
        deadline = Deadline(self.timeout_s)
        with self._pool.lend(deadline) as link:
            return _Attach(link, imsi, domain, deadline).run()

    def vectors(self, imsi: str, domain: Domain = Domain.PS) -> tuple[AuthVector, ...]:
        """Authentication vectors for a SIM; none where the register refuses. Raises: ElementUnavailable."""
        deadline = Deadline(self.timeout_s)
        with self._pool.lend(deadline) as link:
            return _Attach(link, imsi, domain, deadline).ask(Kind.SEND_AUTH_INFO_REQUEST).vectors

    def close(self) -> None:
        """Close the links that are idle."""
        self._pool.close()


class _Attach:
    """One phone's attach over one link."""

    def __init__(self, link: GsupLink, imsi: str, domain: Domain, deadline: Deadline) -> None:
        self._link = link
        self._imsi = imsi
        self._domain = domain
        self._deadline = deadline

    def run(self) -> AttachResult:
        authentication = self.ask(Kind.SEND_AUTH_INFO_REQUEST)
        if authentication.kind is not Kind.SEND_AUTH_INFO_RESULT:
            return self._refused("authentication", authentication)
        answer = self.ask(Kind.UPDATE_LOCATION_REQUEST)
        msisdn = None
        if answer.kind is Kind.INSERT_DATA_REQUEST:
            msisdn = answer.msisdn or None
            answer = self.ask(Kind.INSERT_DATA_RESULT)
        if answer.kind is not Kind.UPDATE_LOCATION_RESULT:
            return self._refused("location", answer, authentication.vectors)
        self.ask(Kind.PURGE_MS_REQUEST)
        return self._result("attached", authentication.vectors, accepted=True, msisdn=msisdn)

    def ask(self, kind: Kind) -> GsupMessage:
        return self._link.ask(GsupMessage(kind=kind, imsi=self._imsi, domain=self._domain), self._deadline)

    def _refused(self, step: str, answer: GsupMessage, vectors: tuple[AuthVector, ...] = ()) -> AttachResult:
        return self._result(step, vectors, accepted=False, answer=answer)

    def _result(
        self,
        step: str,
        vectors: tuple[AuthVector, ...],
        *,
        accepted: bool,
        msisdn: str | None = None,
        answer: GsupMessage | None = None,
    ) -> AttachResult:
        return AttachResult(
            imsi=self._imsi,
            domain=self._domain.name,
            accepted=accepted,
            step=step,
            vectors=len(vectors),
            generations=vectors[0].generations if vectors else (),
            msisdn=msisdn,
            cause=answer.cause if answer else None,
            cause_name=answer.cause_name if answer else None,
        )
