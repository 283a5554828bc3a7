"""What a charging data request tells beside what it asks: facts for the charging data record, by name."""

from __future__ import annotations

from typing import Final

from tandem.bss.charging.rules.nchf.messages import ChargingDataRequest, Location, PduSessionCharging, UserLocation

_ONLINE: Final = "ONLINE_CHARGING"


def facts_of(request: ChargingDataRequest) -> dict[str, str]:
    """Everything that a record may want, as text. The names are those of the other online wires."""
    consumer = request.nf_consumer_identification
    facts: dict[str, str | int | None] = {
        "node": consumer.node_functionality,
        "consumer": consumer.name or consumer.fqdn,
        "service_context": request.service_specification_info,
        "charging_id": request.charging_id,
        "quota_management": _quota_management(request),
    }
    if request.pdu is not None:
        _take_session(facts, request.pdu)
    if request.sms is not None:
        sms = request.sms
        facts |= {"equipment": sms.equipment, "rat": sms.rat_type, "centre": sms.centre}
        facts |= {"message": sms.kind, "reference": sms.reference}
    if request.mms is not None:
        facts |= {"rat": request.mms.rat_type, "reference": request.mms.message_id}
    if request.ims is not None:
        ims = request.ims
        facts |= {"role": ims.role, "call_id": ims.session, "called": ims.called, "ims_node": ims.node}
        facts["calling"] = ims.calling[0] if ims.calling else None
    if request.nef is not None:
        facts["api"] = request.nef.api
    place = location_of(request)
    if place is not None:
        facts["location"] = _text(place)
    return {name: str(value) for name, value in facts.items() if value not in (None, "")}


def _take_session(facts: dict[str, str | int | None], pdu: PduSessionCharging) -> None:
    if pdu.smf_charging_id or pdu.charging_id is not None:
        facts["charging_id"] = pdu.smf_charging_id or pdu.charging_id
    user, session = pdu.user_information, pdu.session
    if user is not None:
        facts |= {
            "msisdn": (user.gpsi or "").removeprefix("msisdn-"),
            "equipment": user.pei,
            "roamer": user.roamer_in_out,
        }
    if session is None:
        return
    facts |= {"dnn": session.dnn_id, "pdu_session": session.pdu_session_id, "rat": session.rat_type}
    facts |= {"characteristics": session.charging_characteristics, "diagnostics": session.diagnostics}
    if session.slicing is not None:
        slice_ = session.slicing.snssai
        facts["slice"] = f"{slice_.sst}-{slice_.sd}" if slice_.sd else slice_.sst
    if session.pdu_address is not None:
        facts["address"] = session.pdu_address.ipv4 or session.pdu_address.ipv6
    if session.serving_core is not None:
        facts["serving_network"] = session.serving_core.mcc + session.serving_core.mnc


def _quota_management(request: ChargingDataRequest) -> str:
    """Told where some use was not under quota management."""
    told = {
        container.quota_management_indicator or _ONLINE
        for usage in request.multiple_unit_usage
        for container in usage.used_unit_container
    }
    return ",".join(sorted(told - {_ONLINE}))


def location_of(request: ChargingDataRequest) -> Location | None:
    """Where the subscriber is, in new radio or else LTE."""
    informations = (request.pdu, request.sms, request.mms, request.ims)
    place: UserLocation | None = next((each.location for each in informations if each and each.location), None)
    return (place.nr or place.eutra) if place is not None else None


def _text(place: Location) -> str:
    """Tracking area and cell."""
    cell = place.ncgi or place.ecgi
    told = (place.tai.tac if place.tai else None, (cell.nr_cell_id or cell.eutra_cell_id) if cell else None)
    return "-".join(filter(None, told))
