"""What a media server tells of itself."""

from fleet.rendered import Host
from machines.container import Container


def metrics(host: Host) -> str:
    """Give the command that asks a media server for its numbers, on its own host."""
    port = host.services["livekit"]["prometheus"]["port"]
    return f"curl --fail --silent http://127.0.0.1:{port}/metrics"


def wait_for_people(machine: Container, host: Host, count: int, limit: int) -> None:
    """Wait until so many people are on a media server."""
    wanted = f"{metrics(host)} | grep -E '^livekit_participant_total.* {count}$'"
    machine.wait_until_succeeds(wanted, timeout=limit)
