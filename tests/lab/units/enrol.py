"""The enrolment page."""

from fleet.rendered import Host
from units import service
from units.layer import Layer


def add(layer: Layer, host: Host) -> None:
    """Add settings and unit."""
    settings: dict[str, service.Value] = {
        **service.STRICT,
        "DynamicUser": True,
        "SupplementaryGroups": "rampart-guard rampart-broker",
    }
    service.add_ours(layer, host, "rampart-enrol", "Enrolment page", **settings)
