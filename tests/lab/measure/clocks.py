"""What a wrong clock does: who still gets in."""

import json
from typing import Any

from measure.persons import Persons

SERVER, RELAY = "edge-sfo", "edge-lon-backbone"
HTTPS, TURN = 443, 3478


def clocks(persons: Persons) -> dict[str, Any]:
    """Try a media server and a relay with the clocks of others."""
    server, relay = persons.edges[SERVER], persons.edges[RELAY]
    wanted = {
        "server": {
            "name": server.options("edge")["focusDomain"],
            "address": str(server.public_address),
            "port": HTTPS,
            "tls": True,
        },
        "key": secret(persons, SERVER, f"livekit-keys-{SERVER}"),
        "relay": {"address": str(relay.public_address), "port": TURN},
        "secret": secret(persons, RELAY, f"turn-secret-{RELAY}"),
    }
    program = "PYTHONPATH=/etc/rampart python3 -B -m doors.clock"
    said = persons.client.succeed(f"{program} <<'END'\n{json.dumps(wanted)}\nEND")
    return {"fault": "shifted clocks", **json.loads(said)}


def secret(persons: Persons, host: str, name: str) -> str:
    """Read a secret of a host."""
    return persons.lab.container(host).succeed(f"cat /run/rampart-secrets/{name}")
