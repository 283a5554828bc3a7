"""What this room puts on the wire: TMF681 Communication v4. What is posted is really sent."""

from __future__ import annotations

from typing import Final

from tandem.bss.crm import model, store
from tandem.bss.crm.commands import messages
from tandem.kernel.tmf import CHANGES_AND_STATES, Exposure
from tandem.kernel.tmf.references import BY_REFERRED_TYPE

EXPOSURES: Final = (
    Exposure(
        api="TMF681",
        version="v4",
        base="/tmf-api/communicationManagement/v4",
        path="communicationMessage",
        type_name="CommunicationMessage",
        table=store.MESSAGES,
        model=model.CommunicationMessage,
        mandatory=("content", "receiver", "sender", "messageType"),
        server_set=("id", "href", "sendTime", "sendTimeComplete"),
        references={"receiver.party": BY_REFERRED_TYPE, "sender.party": BY_REFERRED_TYPE},
        create=messages.create_message,
        patch=messages.patch_message,
        delete=messages.delete_message,
        owner="customer_id",
        events=CHANGES_AND_STATES,
    ),
)
