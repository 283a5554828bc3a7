"""What this room puts on the wire: TMF641 Service Ordering v4, TMF652 Resource Ordering v4."""

from __future__ import annotations

from typing import Final

from tandem.kernel.tmf.exposure import CHANGES_AND_STATES, Exposure, TaskExposure
from tandem.oss.provisioning import model, store
from tandem.oss.provisioning.commands import standard

SERVICE_ORDERING: Final = "/tmf-api/serviceOrdering/v4"
RESOURCE_ORDERING: Final = "/tmf-api/resourceOrderingManagement/v4"
_DATES: Final = ("id", "href", "orderDate", "startDate", "completionDate")
_OURS: Final = (*_DATES, "state")

EXPOSURES: Final = (
    Exposure(
        api="TMF641",
        version="v4",
        base=SERVICE_ORDERING,
        path="serviceOrder",
        type_name="ServiceOrder",
        table=store.SERVICE_ORDERS,
        model=model.ServiceOrder,
        mandatory=(
            "serviceOrderItem",
            "serviceOrderItem.id",
            "serviceOrderItem.action",
            "serviceOrderItem.service",
        ),
        server_set=(*_DATES, "milestone", "errorMessage", "serviceOrderItem.state"),
        references={"serviceOrderItem.service.serviceSpecification": "ServiceSpecification"},
        create=standard.place_service_order,
        patch=standard.patch_service_order,
        delete=standard.delete_service_order,
        events=CHANGES_AND_STATES,
    ),
    TaskExposure(
        api="TMF641",
        version="v4",
        base=SERVICE_ORDERING,
        path="cancelServiceOrder",
        type_name="CancelServiceOrder",
        table=store.CANCEL_SERVICE_ORDERS,
        model=model.CancelServiceOrder,
        mandatory=("serviceOrder",),
        server_set=("id", "href", "state", "effectiveCancellationDate"),
        references={"serviceOrder": "ServiceOrder"},
        create=standard.cancel_service_order,
        events=("Create", "StateChange"),
    ),
    Exposure(
        api="TMF652",
        version="v4",
        base=RESOURCE_ORDERING,
        path="resourceOrder",
        type_name="ResourceOrder",
        table=store.RESOURCE_ORDERS,
        model=model.ResourceOrder,
        server_set=(*_OURS, "orderItem.state"),
        references={"orderItem.resourceSpecification": "ResourceSpecification"},
        create=standard.place_resource_order,
        patch=standard.patch_resource_order,
        delete=standard.delete_resource_order,
        events=CHANGES_AND_STATES,
    ),
    TaskExposure(
        api="TMF652",
        version="v4",
        base=RESOURCE_ORDERING,
        path="cancelResourceOrder",
        type_name="CancelResourceOrder",
        table=store.CANCEL_RESOURCE_ORDERS,
        model=model.CancelResourceOrder,
        mandatory=("resourceOrder",),
        server_set=("id", "href", "state", "effectiveCancellationDate"),
        references={"resourceOrder": "ResourceOrder"},
        create=standard.cancel_resource_order,
        events=("Create", "StateChange"),
    ),
)
