"""The room's entities as typed views of their documents."""

from tandem.bss.charging.model.usage import Usage, UsageSpecification

__all__ = ["Usage", "UsageSpecification"]
