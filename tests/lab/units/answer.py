"""The refusals of the gateway, and its self-test."""

from fleet.rendered import Host
from units import service
from units.layer import Layer

UNIT = "rampart-answer"


def add(layer: Layer, host: Host) -> None:
    """Add settings and both units."""
    settings: dict[str, service.Value] = {**service.STRICT, "DynamicUser": True}
    service.add_ours(layer, host, UNIT, "Refusals of the gateway", **settings)
    test = service.Service(
        "What must be refused is refused by this host",
        f"{service.PROGRAMS}/{UNIT} selftest --config {service.settings_file(UNIT)}",
        after=["multi-user.target", "traefik.service", "rampart-answer.service"],
        settings={
            **service.STRICT,
            "Type": "oneshot",
            "Restart": "no",
            "RemainAfterExit": True,
            "DynamicUser": True,
            "IPAddressDeny": "any",
            "IPAddressAllow": "localhost",
        },
        # New rules, new test.
        triggers={service.RESTART: service.digest(host.services["traefik"])},
    )
    layer.unit("rampart-selftest.service", test.text())
