# What the list of flows does not name does not pass; what it names does.
#
# Every machine sends one packet to every address of every host, for every port that anybody listens
# on or that a flow names, the ports beside those, and a sample of others. A second table on each
# host, behind its firewall, remembers what came through, whether somebody listens there or not.
# IPv6 is looked at only where hosts have such addresses; the example fleet has none.
import ipaddress
import json
from typing import Any

HOST_FILE = "/etc/rampart/host.json"
SAMPLE = [1, 21, 23, 25, 111, 2222, 3306, 5432, 8008, 8080, 8448, 9090, 9100, 11211, 65535]
ROUNDS = 3
INTERNET = "@internet"

# Behind the firewall's own chains: what they drop never gets here.
WATCH = """
table inet watch {
  set seen {
    typeof ip saddr . ip daddr . meta l4proto . th dport
    flags dynamic
    size 65535
  }
  chain input {
    type filter hook input priority 100;
    iifname "lo" return
    ct state != new return
    meta l4proto { tcp, udp } update @seen { ip saddr . ip daddr . meta l4proto . th dport }
  }
}
"""

# Sends, waits a moment so that answers do not meet a closed socket, and is done.
SEND = """
import select, socket, time
kinds = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}
opened = []
for number, (protocol, address, port) in enumerate(WANTED):
    one = socket.socket(socket.AF_INET, kinds[protocol])
    one.setblocking(False)
    try:
        if protocol == "tcp":
            one.connect_ex((address, port))
        else:
            one.sendto(b"?", (address, port))
    except OSError:
        pass
    opened.append(one)
    if number % 50 == 49:
        time.sleep(0.02)
    if len(opened) > 800:
        time.sleep(0.3)
        for old in opened:
            old.close()
        opened = []
time.sleep(0.3)
"""

start_all()
for machine in machines:
    machine.wait_for_unit("multi-user.target", timeout=180)

files: dict[str, dict[str, Any]] = {
    machine.name: json.loads(machine.succeed(f"cat {HOST_FILE}"))
    for machine in machines
    if machine.name not in ["client", "router"]
}
core_name = next(name for name, file in files.items() if file["facts"]["role"] == "core")
core = next(machine for machine in machines if machine.name == core_name)
flows = {json.dumps(flow): flow for file in files.values() for flow in file["flows"]}.values()
# (host, kind of address) by address
addresses = {
    str(file["facts"][fact]): (name, net)
    for name, file in files.items()
    for fact, net in [
        ("publicAddress", "public"),
        ("lanAddress", "lan"),
        ("tunnelAddress", "tunnel"),
    ]
    if file["facts"][fact]
}


def matches(flow: Any, protocol: str, port: int) -> bool:
    ports = flow["ports"]
    return bool(flow["protocol"] == protocol and ports["first"] <= port <= ports["last"])


def may_leave(sender: str, to: str, net: str, protocol: str, port: int) -> bool:
    """A DMZ host may begin only what the list says; all others may begin anything."""
    if sender not in files or files[sender]["facts"]["role"] != "dmz":
        return True
    return net == "public" and any(
        flow["from"] == sender and flow["to"] == INTERNET and matches(flow, protocol, port)
        for flow in flows
        if flow["unit"] != "resolver"
    )


def arrives_at(sender: str, address: str, protocol: str, port: int) -> str | None:
    """Give the address that gets the packet in the end, if the list of flows lets it pass."""
    to, net = addresses[address]
    if not may_leave(sender, to, net, protocol, port):
        return None
    for flow in flows:
        if not matches(flow, protocol, port):
            continue
        if flow["kind"] == "forward" and net == "public" and flow["via"] == to:
            return None if flow["to"] == sender else lan_address(flow["to"])
        if flow["to"] != to or flow["net"] != net:
            continue
        # What is forwarded keeps its sender, so the last host takes it from its whole segment.
        if flow["from"] == sender or flow["from"] == INTERNET:
            return address
    return None


def lan_address(host: str) -> str:
    return str(files[host]["facts"]["lanAddress"])


def ports() -> list[tuple[str, int]]:
    """Give all ports worth a look."""
    found = {(protocol, port) for port in SAMPLE for protocol in ["tcp", "udp"]}
    for flow in flows:
        if flow["protocol"] in ["tcp", "udp"]:
            first, last = flow["ports"]["first"], flow["ports"]["last"]
            near = {first - 1, first, (first + last) // 2, last, last + 1}
            found |= {(flow["protocol"], port) for port in near if 0 < port < 65536}
    for name in files:
        listening = by_name[name].succeed("ss -Hlntu")
        for line in listening.splitlines():
            words = line.split()
            port = int(words[4].rpartition(":")[2])
            found |= {("tcp", port), ("udp", port)}
    return sorted(found)


def send(sender: Any, probes: list[tuple[str, str, int]]) -> None:
    sender.succeed(f"python3 - <<'END'\nWANTED = {json.dumps(probes)}\n{SEND}\nEND")


def seen_by(host: str) -> set[tuple[str, str, int]]:
    """Give what came through to a host: its address, protocol, port."""
    listing = json.loads(by_name[host].succeed("nft -j list set inet watch seen"))
    found = set()
    for item in listing["nftables"]:
        for element in item.get("set", {}).get("elem", []):
            _, address, protocol, port = element["concat"]
            found.add((address, str(protocol), int(port)))
    return found


def forget() -> None:
    for name in files:
        by_name[name].succeed("nft flush set inet watch seen")


def measure(sender: Any, probes: list[tuple[str, str, int]]) -> tuple[list[str], list[str]]:
    """Give what should have come through and did not, and what should not have and did."""
    wanted = {found for probe in probes if (found := arrival(sender.name, probe)) is not None}
    forget()
    got: set[tuple[str, str, int]] = set()
    # A packet may get lost in a full queue: then it is sent again. What must not pass never may.
    for _ in range(ROUNDS):
        send(sender, [probe for probe in probes if arrival(sender.name, probe) not in got])
        got |= {one for host in files for one in seen_by(host)}
        if wanted <= got:
            break
    own = {address for address, (host, _) in addresses.items() if host == sender.name}
    surplus = {one for one in got - wanted - background if one[0] not in own}
    return sorted(map(str, wanted - got)), sorted(map(str, surplus))


def arrival(sender: str, probe: tuple[str, str, int]) -> tuple[str, str, int] | None:
    protocol, address, port = probe
    found = arrives_at(sender, address, protocol, port)
    return None if found is None else (found, protocol, port)


def probes_of(sender: Any, wanted: list[tuple[str, int]]) -> list[tuple[str, str, int]]:
    targets = [address for address, (host, _) in addresses.items() if host != sender.name]
    return [(protocol, address, port) for address in targets for protocol, port in wanted]


by_name = {machine.name: machine for machine in machines}
all_ports = ports()

with subtest("the watch behind each firewall is set up"):
    for name in files:
        by_name[name].succeed(
            f"nft -f - <<'END'\ntable inet watch\ndelete table inet watch\n{WATCH}\nEND"
        )
    for name in files:
        if name != core_name:
            core.wait_until_succeeds(
                f"ping -c 1 -W 2 {files[name]['facts']['tunnelAddress']}", timeout=60
            )

# What the fleet says by itself: tunnels that are dialled, media servers that look for their Redis.
background = {
    (address, flow["protocol"], flow["ports"]["first"])
    for flow in flows
    for address, (host, net) in addresses.items()
    if flow["to"] == host
    and (flow["unit"] == "wg-fleet" or (flow["unit"].startswith("redis-") and net == "tunnel"))
}

for machine in machines:
    with subtest(f"from {machine.name} exactly the listed flows pass"):
        missing, surplus = measure(machine, probes_of(machine, all_ports))
        assert not missing, f"listed, but did not pass: {missing}"
        assert not surplus, f"passed, but not listed: {surplus}"

with subtest("pings are answered exactly where the list says so"):
    for machine in machines:
        others = [address for address, (host, _) in addresses.items() if host != machine.name]
        ping = 'ping -c 1 -W 2 "$address" > /dev/null && echo "$address"'
        many = f"for address in {' '.join(others)}; do ({ping}) & done; wait"
        listed = {
            address
            for address in others
            for flow in flows
            if flow["protocol"] == "icmp"
            and flow["from"] == machine.name
            and (flow["to"], flow["net"]) == addresses[address]
        }
        answered = set(machine.succeed(many).split())
        assert answered == listed, f"{machine.name}: {sorted(answered ^ listed)}"

gateway = next(name for name, file in files.items() if file["facts"]["role"] == "gateway")
public = str(files[gateway]["facts"]["publicAddress"])
assert ipaddress.ip_address(public)
probes = [("tcp", public, port) for port in [80, 443, 8448]]


def with_rule(rule: str) -> tuple[list[str], list[str]]:
    """Measure from the internet to the gateway with one more rule before all others."""
    said = by_name[gateway].succeed(f"nft --echo --handle insert rule inet rampart input {rule}")
    handle = said.rpartition("# handle ")[2].split()[0]
    result = measure(client, probes)
    by_name[gateway].succeed(f"nft delete rule inet rampart input handle {handle}")
    return result


with subtest("control: a port that is open too much, and one that is not open, are noticed"):
    assert with_rule("tcp dport 8448 accept") == ([], [str((public, "tcp", 8448))])
    assert with_rule("tcp dport 443 drop") == ([str((public, "tcp", 443))], [])
    assert measure(client, probes) == ([], [])
