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


def rooms_on(machine: Container, host: Host) -> int:
    """Give the rooms that a media server has had, as it counts them: open ones and ended ones."""
    lines = machine.succeed(metrics(host)).splitlines()
    counts = ("livekit_room_total", "livekit_room_duration_seconds_count")
    return sum(int(float(line.split()[-1])) for line in lines if line.startswith(counts))


def packets_on(machine: Container, host: Host) -> int:
    """Give the packets of media that a media server has taken in; it counts every few seconds."""
    lines = machine.succeed(metrics(host)).splitlines()
    counts = [line for line in lines if line.startswith("livekit_packet_total{")]
    return sum(int(float(line.split()[-1])) for line in counts if 'direction="incoming"' in line)
