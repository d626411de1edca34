# What the list of flows does not name does not pass; what it names does.
#
# Every machine sends one packet to every address of every host, for every port that anybody listens
# on or that a flow names, the ports beside those, and a sample of others. A second table on each
# host, behind its firewall, remembers what came through and from whom, whether somebody listens
# there or not. Both address families, where hosts have addresses of both.
import json
from typing import Any

HOST_FILE = "/etc/rampart/host.json"
SAMPLE = [1, 21, 23, 25, 111, 2222, 3306, 5432, 8008, 8080, 8448, 9090, 9100, 11211, 65535]
ROUNDS = 3
INTERNET = "@internet"

# Behind the firewall's own chains: what they drop never gets here.
WATCH = """
table inet watch {
  set seen4 {
    typeof ip saddr . ip daddr . meta l4proto . th dport
    flags dynamic
    size 65535
  }
  set seen6 {
    typeof ip6 saddr . ip6 daddr . meta l4proto . th dport
    flags dynamic
    size 65535
  }
  chain input {
    type filter hook input priority 100;
    iifname "lo" return
    ct state != new return
    meta l4proto { tcp, udp } update @seen4 { ip saddr . ip daddr . meta l4proto . th dport }
    meta l4proto { tcp, udp } update @seen6 { ip6 saddr . ip6 daddr . meta l4proto . th dport }
  }
}
"""

# Sends, waits a moment so that answers do not meet a closed socket, and is done.
SEND = """
import select, socket, time
kinds = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}
opened = []
for number, (protocol, address, port) in enumerate(WANTED):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    one = socket.socket(family, kinds[protocol])
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
        ("publicAddress6", "public"),
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
    is_v6 = ":" in address
    if is_v6 and not speaks_v6(sender):
        return None
    if not may_leave(sender, to, net, protocol, port):
        return None
    for flow in flows:
        if not matches(flow, protocol, port):
            continue
        # Ports are forwarded by IPv4 only, and hosts are known to each other by such addresses.
        if flow["kind"] == "forward" and net == "public" and flow["via"] == to:
            if is_v6:
                continue
            return None if flow["to"] == sender else lan_address(flow["to"])
        if flow["to"] != to or flow["net"] != net:
            continue
        # What is forwarded keeps its sender, so the last host takes it from its whole segment.
        if (flow["from"] == sender and not is_v6) or flow["from"] == INTERNET:
            return address
    return None


def speaks_v6(sender: str) -> bool:
    return any(":" in address for address in sources[sender])


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


def seen_by(host: str) -> set[tuple[str, tuple[str, str, int]]]:
    """Give what came through to a host: from whom, and its address, protocol, port."""
    listing = json.loads(by_name[host].succeed("nft -j list table inet watch"))
    found = set()
    for item in listing["nftables"]:
        for element in item.get("set", {}).get("elem", []):
            source, address, protocol, port = element["concat"]
            found.add((source, (address, str(protocol), int(port))))
    return found


def forget() -> None:
    for name in files:
        by_name[name].succeed("nft flush set inet watch seen4; nft flush set inet watch seen6")


def own_addresses(machine: Any) -> set[str]:
    """Give the addresses that a machine sends from."""
    links = json.loads(machine.succeed("ip -j addr"))
    entries = [entry for link in links for entry in link["addr_info"]]
    return {entry["local"] for entry in entries if entry["scope"] == "global"}


def outside_addresses(machine: Any) -> set[str]:
    """Give what an edge sees of a machine whose network hides it behind another address."""
    edge, file = next((n, f) for n, f in files.items() if f["facts"]["role"] == "edge")
    address = str(file["facts"]["publicAddress"])
    forget()
    send(machine, [("tcp", address, 443)])
    return {source for source, what in seen_by(edge) if what == (address, "tcp", 443)}


def measure(sender: Any, probes: list[tuple[str, str, int]]) -> tuple[list[str], list[str]]:
    """Give what should have come through and did not, and what should not have and did."""
    wanted = {found for probe in probes if (found := arrival(sender.name, probe)) is not None}
    forget()
    got: set[tuple[str, str, int]] = set()
    # A packet may get lost in a full queue: then it is sent again. What must not pass never may.
    for _ in range(ROUNDS):
        send(sender, [probe for probe in probes if arrival(sender.name, probe) not in got])
        # What others send meanwhile is theirs: tunnels are dialled, nodes meet at their Redis.
        own = sources[sender.name]
        seen = [one for host in files for one in seen_by(host)]
        # A host that meets itself, through the forwarding gateway, crosses no border.
        got |= {what for source, what in seen if source in own and what[0] not in own}
        if wanted <= got:
            break
    # A host asks of its own accord, too, whatever is probed: the gateway looks after steering.
    surplus = {what for what in got - wanted if not is_listed(sender.name, what)}
    return sorted(map(str, wanted - got)), sorted(map(str, surplus))


def is_listed(sender: str, what: tuple[str, str, int]) -> bool:
    """Tell whether what came through is a flow of the list."""
    address, protocol, port = what
    return address in addresses and arrives_at(sender, address, protocol, port) == address


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

sources = {machine.name: own_addresses(machine) for machine in machines}
for name, file in files.items():
    if not file["facts"]["publicAddress"]:
        sources[name] |= outside_addresses(by_name[name])

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
public, public6 = (str(files[gateway]["facts"][f"publicAddress{end}"]) for end in ["", "6"])
dmz = next(name for name, file in files.items() if file["facts"]["role"] == "dmz")
tunnel = files[core_name]["services"]["wg-fleet"]
tunnel_port, core_tunnel = (
    int(tunnel["listenPort"]),
    str(files[core_name]["facts"]["tunnelAddress"]),
)
redis = [s["port"] for unit, s in files[core_name]["services"].items() if unit.startswith("redis-")]

Result = tuple[list[str], list[str]]


def with_rule(host: str, rule: str, sender: Any, *probes: tuple[str, str, int]) -> Result:
    """Measure with one more rule before all others of a host; then it is gone again."""
    said = by_name[host].succeed(f"nft --echo --handle insert rule inet rampart input {rule}")
    handle = said.rpartition("# handle ")[2].split()[0]
    result = measure(sender, list(probes))
    by_name[host].succeed(f"nft delete rule inet rampart input handle {handle}")
    assert measure(sender, list(probes)) == ([], []), "without the rule"
    return result


def noticed(probe: tuple[str, str, int]) -> list[str]:
    """Give how a probe is spelled in a result: by address, protocol and port."""
    return [str((probe[1], probe[0], probe[2]))]


with subtest("control: a port that is open too much, and one that is not open, are noticed"):
    for address, family in [(public, "ipv4"), (public6, "ipv6")]:
        if address == "None":
            continue
        open_port, closed_port = ("tcp", address, 8448), ("tcp", address, 443)
        rule = f"meta nfproto {family} tcp dport"
        result = with_rule(gateway, f"{rule} 8448 accept", client, open_port, closed_port)
        assert result == ([], noticed(open_port)), result
        result = with_rule(gateway, f"{rule} 443 drop", client, open_port, closed_port)
        assert result == (noticed(closed_port), []), result

with subtest("control: the tunnel's own port, open to those who must not dial, is noticed"):
    probe = ("udp", public, tunnel_port)
    result = with_rule(gateway, f"udp dport {tunnel_port} accept", client, probe)
    assert result == ([], noticed(probe)), result

with subtest("control: a Redis that is open to more of the tunnel is noticed"):
    for port in redis:
        probe = ("tcp", core_tunnel, int(port))
        for stranger in [gateway, dmz]:
            rule = f'iifname "{tunnel["interface"]}" tcp dport {port} accept'
            result = with_rule(core_name, f"'{rule}'", by_name[stranger], probe)
            # A DMZ host may not even begin it: its own ruleset stops the packet.
            opened = [] if stranger == dmz else noticed(probe)
            assert result == ([], opened), f"{stranger}: {result}"
