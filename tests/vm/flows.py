# Opening of stories about flows: what the list of flows names passes, and nothing else does.
#
# Every machine sends one packet to every address of every host, for every port that anybody listens
# on or that a flow names, the ports beside those, and a sample of others: to addresses of IPv4 and
# IPv6, and to link-local ones of those with whom it shares a segment. Then it sends once more, by
# each of these neighbours, to addresses that are not its neighbour's to give: those of the LAN, of
# the DMZ's network, of the tunnel. A second table on each host, behind its firewall, remembers what
# came through, whether somebody listens there or not.
#
# Whose packet it is, its source port says: each round has one of its own, and whoever rewrites a
# source on the way leaves the port as it is. So what comes under a false name is its sender's, too.
#
# Not seen: protocols besides TCP, UDP, pings; packets that belong to no beginning of their own; a
# host that rewrites source ports, too; what a program passes on, which is no packet.
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

HOST_FILE = "/etc/rampart/host.json"
SAMPLE = [1, 21, 23, 25, 111, 2222, 3306, 5432, 8008, 8080, 8448, 9090, 9100, 11211, 65535]
ROUNDS = 3
INTERNET = "@internet"
# Link-local addresses begin so.
NEAR = "fe80:"
# Source ports of what is sent here, and of nothing else: below those that the kernel gives out.
FIRST, LAST = 20000, 20999
ROUND_PORTS = iter(range(FIRST, LAST + 1))
OURS = f"th sport {FIRST}-{LAST}"
# The table of routes of a machine that sends by a neighbour.
WAY = 2077

# Behind the firewall's own chains: what they drop never gets here.
WATCH = f"""
table inet watch {{
  set seen4 {{
    typeof th sport . ip daddr . meta l4proto . th dport
    flags dynamic
    size 65535
  }}
  set seen6 {{
    typeof th sport . ip6 daddr . meta l4proto . th dport
    flags dynamic
    size 65535
  }}
  chain input {{
    type filter hook input priority 100;
    iifname "lo" return
    ct state != new return
    meta l4proto != {{ tcp, udp }} return
    {OURS} update @seen4 {{ th sport . ip daddr . meta l4proto . th dport }}
    {OURS} update @seen6 {{ th sport . ip6 daddr . meta l4proto . th dport }}
  }}
}}
"""

# Sends, waits a moment so that answers do not meet a closed socket, and is done.
SEND = """
import socket, time
opened = []

def bound(family, kind):
    one = socket.socket(family, kind)
    # Many sockets have this port, each to another address or port.
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    one.bind(("", FROM))
    one.setblocking(False)
    opened.append(one)
    return one

for number, (protocol, address, port) in enumerate(WANTED):
    family, *_, whole = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
    try:
        if protocol == "tcp":
            bound(family, socket.SOCK_STREAM).connect_ex(whole)
        else:
            bound(family, socket.SOCK_DGRAM).sendto(b"?", whole)
    except OSError:
        pass
    if number % 50 == 49:
        time.sleep(0.02)
    if len(opened) > 800:
        time.sleep(0.3)
        for old in opened:
            old.close()
        opened = []
time.sleep(0.3)
"""

# Protocol, address, port; and address, protocol, port of what came through, or should.
Probe = tuple[str, str, int]
Arrival = tuple[str, str, int]
Result = tuple[list[str], list[str]]

start_all()
for machine in machines:
    machine.wait_for_unit("multi-user.target", timeout=180)

files: dict[str, dict[str, Any]] = {
    machine.name: json.loads(machine.succeed(f"cat {HOST_FILE}"))
    for machine in machines
    if machine.name not in ["client", "router"]
}
by_name: dict[str, Any] = {machine.name: machine for machine in machines}


def of_role(role: str) -> list[Any]:
    return [by_name[name] for name, file in files.items() if file["facts"]["role"] == role]


(gateway,), (core,) = of_role("gateway"), of_role("core")
# Where several tenants have one each, the first.
dmz = min(of_role("dmz"), key=lambda machine: machine.name)
flows = {json.dumps(flow): flow for file in files.values() for flow in file["flows"]}.values()
NETS = {"publicAddress": "public", "publicAddress6": "public"}
NETS |= {"lanAddress": "lan", "tunnelAddress": "tunnel"}
# (host, kind of network) by address
addresses = {
    str(file["facts"][known]): (name, net)
    for name, file in files.items()
    for known, net in NETS.items()
    if file["facts"][known]
}


def fact(machine: Any, name: str) -> str:
    return str(files[machine.name]["facts"][name])


def interfaces_of(machine: Any) -> dict[str, str]:
    """Give a host's interfaces with cables, and the kind of network of each; all of others."""
    if machine.name not in files:
        links = json.loads(machine.succeed("ip -j link"))
        return {link["ifname"]: "" for link in links if link["ifname"] != "lo"}
    known = files[machine.name]["network"]["interfaces"]
    return {one["name"]: kind for kind, one in known.items()}


def link_local(machine: Any) -> dict[str, str]:
    """Give the link-local address of each interface with a cable."""
    own = interfaces_of(machine)
    links = json.loads(machine.succeed("ip -j -6 address"))
    return {
        link["ifname"]: entry["local"]
        for link in links
        for entry in link["addr_info"]
        if link["ifname"] in own and entry["local"].startswith(NEAR)
    }


def plain(address: str) -> str:
    """Give an address without the interface by which it is reached."""
    return address.partition("%")[0]


def matches(flow: Any, protocol: str, port: int) -> bool:
    ports = flow["ports"]
    return bool(flow["protocol"] == protocol and ports["first"] <= port <= ports["last"])


def may_leave(sender: str, to: str, net: str, protocol: str, port: int) -> bool:
    """A DMZ host may begin only what the list says; all others may begin anything."""
    if sender not in files or files[sender]["facts"]["role"] != "dmz":
        return True
    return any(
        (flow["to"], flow["net"]) == (to, net)
        or flow["to"] == INTERNET
        and net == "public"
        and flow["unit"] != "resolver"
        for flow in flows
        if flow["from"] == sender and matches(flow, protocol, port)
    )


def arrives_at(sender: str, address: str, protocol: str, port: int) -> str | None:
    """Give the address that gets the packet in the end, if the list of flows lets it pass."""
    to, net = addresses[plain(address)]
    is_v6 = ":" in address
    if is_v6 and not address.startswith(NEAR) and sender not in speak_v6:
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
            return None if flow["to"] == sender else fact(by_name[flow["to"]], "lanAddress")
        if is_taken(flow, sender, to, net, is_v6):
            return plain(address)
    return None


def is_taken(flow: Any, sender: str, to: str, net: str, is_v6: bool) -> bool:
    """Tell whether a host takes what a flow names from this sender, in this network."""
    if flow["to"] != to or flow["net"] != net:
        return False
    # What is forwarded keeps its sender, so the last host takes it from its whole segment.
    return bool(flow["from"] == INTERNET or (flow["from"] == sender and is_v6 == by_v6(flow)))


def by_v6(flow: Any) -> bool:
    """Tell whether a host dials another's end of the tunnel by IPv6."""
    tunnel_ends = files[flow["from"]]["services"]["wg-fleet"]["peers"]
    dialled = {end["name"]: end["endpoint"] or "" for end in tunnel_ends}.get(flow["to"], "")
    return "[" in dialled and (flow["net"], flow["unit"]) == ("public", "wg-fleet")


def ports() -> list[tuple[str, int]]:
    """Give all ports worth a look."""
    found = {(protocol, port) for port in SAMPLE for protocol in ["tcp", "udp"]}
    for flow in flows:
        if flow["protocol"] in ["tcp", "udp"]:
            first, last = flow["ports"]["first"], flow["ports"]["last"]
            near = {first - 1, first, (first + last) // 2, last, last + 1}
            found |= {(flow["protocol"], port) for port in near if 0 < port < 65536}
    for name in files:
        for line in by_name[name].succeed("ss -Hlntu").splitlines():
            port = int(line.split()[4].rpartition(":")[2])
            found |= {("tcp", port), ("udp", port)}
    ours = [port for _, port in found if FIRST <= port <= LAST]
    assert not ours, f"ports to look at, and ports to send from: {ours}"
    return sorted(found)


def send(sender: Any, probes: list[Probe]) -> int:
    """Send a round of packets; give their source port."""
    number = next(ROUND_PORTS)
    wanted = f"FROM = {number}\nWANTED = {json.dumps(probes)}"
    sender.succeed(f"python3 - <<'END'\n{wanted}\n{SEND}\nEND")
    return number


def seen(rounds: set[int]) -> set[Arrival]:
    """Give what came through to any host in these rounds."""
    found = set()
    for name in files:
        listing = json.loads(by_name[name].succeed("nft -j list table inet watch"))
        for item in listing["nftables"]:
            for element in item.get("set", {}).get("elem", []):
                source, address, protocol, port = element["concat"]
                if int(source) in rounds:
                    found.add((str(address), str(protocol), int(port)))
    return found


def measure(sender: Any, probes: list[Probe]) -> Result:
    """Give what should have come through and did not, and what should not have and did."""
    wanted = {found for probe in probes if (found := arrival(sender.name, probe)) is not None}
    got: set[Arrival] = set()
    rounds: set[int] = set()
    # A packet may get lost in a full queue: then it is sent again. What must not pass never may.
    for _ in range(ROUNDS):
        rest = [probe for probe in probes if arrival(sender.name, probe) not in got]
        rounds.add(send(sender, rest))
        # A host that meets itself, through the forwarding gateway, crosses no border.
        got |= {what for what in seen(rounds) if what[0] not in sources[sender.name]}
        if wanted <= got:
            break
    return sorted(map(str, wanted - got)), sorted(map(str, got - wanted))


def arrival(sender: str, probe: Probe) -> Arrival | None:
    protocol, address, port = probe
    found = arrives_at(sender, address, protocol, port)
    return None if found is None else (found, protocol, port)


def targets_of(sender: Any) -> list[str]:
    """Give every address of another host, with the interface where it needs one."""
    routed = [address for address, (host, _) in addresses.items() if host != sender.name]
    near = [address for address, host in neighbours[sender.name].items() if host in files]
    return [one for one in routed if not one.startswith(NEAR)] + near


def probes_to(targets: list[str], wanted: list[tuple[str, int]]) -> list[Probe]:
    return [(protocol, address, port) for address in targets for protocol, port in wanted]


def look_around(all_links: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Give who shares a segment with whom: link-local address with interface → machine.

    The kernel knows, once it was made to ask: firewalls let such questions pass.
    """
    found: dict[str, dict[str, str]] = {name: {} for name in by_name}
    owners = {
        address: (name, interface)
        for name, links in all_links.items()
        for interface, address in links.items()
    }
    for name, links in all_links.items():
        ways = [f"{address}%{own}" for own in links for address in owners if address != links[own]]
        send(by_name[name], [("udp", way, 9) for way in ways])
    for name, links in all_links.items():
        machine = by_name[name]
        machine.wait_until_fails("ip -6 neighbour show | grep INCOMPLETE", timeout=30)
        for entry in json.loads(machine.succeed("ip -j -6 neighbour show")):
            if "lladdr" in entry and entry["dev"] in links and entry["dst"] in owners:
                other, there = owners[entry["dst"]]
                found[name][f"{entry['dst']}%{entry['dev']}"] = other
                # A DMZ host's own firewall keeps it from asking.
                found[other][f"{links[entry['dev']]}%{there}"] = name
    return found


all_ports = ports()
links = {machine.name: link_local(machine) for machine in machines}
for name in files:
    kinds = interfaces_of(by_name[name])
    addresses |= {address: (name, kinds[own]) for own, address in links[name].items()}
neighbours = look_around(links)
entries = {
    machine.name: [
        entry
        for link in json.loads(machine.succeed("ip -j address"))
        for entry in link["addr_info"]
    ]
    for machine in machines
}
sources = {name: {entry["local"] for entry in own} for name, own in entries.items()}
speak_v6 = {
    name
    for name, own in entries.items()
    if any((one["family"], one["scope"]) == ("inet6", "global") for one in own)
}
for name in sorted(speak_v6):
    # A router advertises the way out, and need not have been heard when units are up.
    by_name[name].wait_until_succeeds("ip -6 route show default | grep .", timeout=120)

with subtest("the watch behind each firewall is set up"):
    for name in files:
        by_name[name].succeed(
            f"nft -f - <<'END'\ntable inet watch\ndelete table inet watch\n{WATCH}\nEND"
        )
    for name in files:
        if name != core.name:
            core.wait_until_succeeds(
                f"ping -c 1 -W 2 {files[name]['facts']['tunnelAddress']}", timeout=60
            )
    # Those of the site: they share their networks with the gateway.
    t.assertEqual({dmz.name, core.name} - set(neighbours[gateway.name].values()), set())

for machine in machines:
    with subtest(f"from {machine.name} exactly the listed flows pass"):
        missing, surplus = measure(machine, probes_to(targets_of(machine), all_ports))
        assert not missing, f"listed, but did not pass: {missing}"
        assert not surplus, f"passed, but not listed: {surplus}"

with subtest("pings are answered exactly where the list says so"):
    for machine in machines:
        others = targets_of(machine)
        ping = 'ping -c 3 -i 0.2 -W 5 "$address" > /dev/null && echo "$address"'
        many = f"for address in {' '.join(others)}; do ({ping}) & done; wait"
        listed = {
            address
            for address in others
            for flow in flows
            if flow["protocol"] == "icmp"
            and flow["from"] == machine.name
            and (flow["to"], flow["net"]) == addresses[plain(address)]
        }
        answered = set(machine.succeed(many).split())
        assert answered == listed, f"{machine.name}: {sorted(answered ^ listed)}"


@contextmanager
def sending_by(sender: Any, neighbour: str, claimed: str = "") -> Iterator[None]:
    """Let a machine send by one neighbour, and keep to no rule of its own, as whom it claims."""
    address, _, interface = neighbour.partition("%")
    route = f"default via inet6 {address} dev {interface} table {WAY}"
    rules = [f"ipproto {one} sport {FIRST}-{LAST} lookup {WAY}" for one in ["tcp", "udp"]]
    sender.succeed(f"ip -4 route add {route} {f'src {claimed}' if claimed else ''}")
    undo = [f"ip -4 route del {route}", *(f"ip rule del {rule}" for rule in rules)]
    sender.succeed(*(f"ip rule add {rule}" for rule in rules))
    if sender.name in files:
        undo.append(added(sender, "output", f"meta l4proto {{ tcp, udp }} {OURS} accept"))
    yield
    sender.succeed(*undo)


def added(host: Any, chain: str, rule: str) -> str:
    """Put a rule before all others of a host's chain; give the command that takes it away."""
    said = host.succeed(f"nft --echo --handle insert rule inet rampart {chain} '{rule}'")
    handle = said.rpartition("# handle ")[2].split()[0]
    return f"nft delete rule inet rampart {chain} handle {handle}"


def passed_on(sender: Any, neighbour: str, probes: list[Probe], claimed: str = "") -> list[str]:
    """Give what came through by a neighbour that no flow lets through there."""
    by, net = addresses[plain(neighbour)]
    with sending_by(sender, neighbour, claimed):
        came = seen({send(sender, probes)})
    listed = {
        what
        for what in came
        # A host takes at all its addresses what it takes on an interface.
        if addresses.get(what[0], ("", ""))[0] == by
        and any(
            matches(flow, what[1], what[2]) and is_taken(flow, sender.name, by, net, False)
            for flow in flows
        )
    }
    return sorted(map(str, came - listed))


def inner_of_others(sender: Any) -> list[str]:
    """Give the addresses of other hosts that only a network inside has."""
    inner = {one: host for one, (host, net) in addresses.items() if net != "public"}
    return [one for one, host in inner.items() if host != sender.name and ":" not in one]


for machine in machines:
    for neighbour, other in neighbours[machine.name].items():
        if other not in files:
            continue
        with subtest(f"{other} passes nothing on that {machine.name} gives it"):
            probes = probes_to(inner_of_others(machine), all_ports)
            for claimed in ["", fact(machine, "tunnelAddress")] if machine.name in files else [""]:
                surplus = passed_on(machine, neighbour, probes, claimed)
                assert not surplus, f"as {claimed or 'itself'}: passed, not listed: {surplus}"


def with_rule(host: Any, rule: str, sender: Any, *probes: Probe) -> Result:
    """Measure with one more rule before all others of a host; then it is gone again."""
    undo = added(host, "input", rule)
    result = measure(sender, list(probes))
    host.succeed(undo)
    again = measure(sender, list(probes))
    assert again == ([], []), f"without the rule: {again}"
    return result


def noticed(*probes: Probe) -> list[str]:
    """Give how probes are spelled in a result: by address, protocol and port."""
    return [str((plain(address), protocol, port)) for protocol, address, port in probes]


def shut(flow: Any) -> None:
    """Shut a flow between two hosts for a moment: what is measured must say so."""
    where, protocol = (flow["to"], flow["net"]), flow["protocol"]
    (at,) = [one for one, place in addresses.items() if place == where and ":" not in one]
    probe = (protocol, at, flow["ports"]["first"])
    rule = f"{protocol} sport {FIRST}-{LAST} {protocol} dport {probe[2]} drop"
    result = with_rule(by_name[flow["to"]], rule, by_name[flow["from"]], probe)
    assert result == (noticed(probe), []), f"{flow}: {result}"


def between(first: Any, second: Any, net: str) -> list[Any]:
    """Give the flows from one host to another in a network."""
    ends = (first.name, second.name, net)
    return [flow for flow in flows if (flow["from"], flow["to"], flow["net"]) == ends]


tunnel = files[core.name]["services"]["wg-fleet"]
tunnel_port, core_tunnel = int(tunnel["listenPort"]), fact(core, "tunnelAddress")

with subtest("control: a port that is open too much, and one that is not open, are noticed"):
    for fact_name, family in [("publicAddress", "ipv4"), ("publicAddress6", "ipv6")]:
        if files[gateway.name]["facts"][fact_name] is None:
            continue
        at = fact(gateway, fact_name)
        open_port, closed_port = ("tcp", at, 8448), ("tcp", at, 443)
        rule = f"meta nfproto {family} tcp dport"
        result = with_rule(gateway, f"{rule} 8448 accept", client, open_port, closed_port)
        assert result == ([], noticed(open_port)), result
        result = with_rule(gateway, f"{rule} 443 drop", client, open_port, closed_port)
        assert result == (noticed(closed_port), []), result

with subtest("control: a port that is open to neighbours alone is noticed"):
    (near,) = [way for way, host in neighbours[gateway.name].items() if host == dmz.name]
    probe = ("tcp", near, 8448)
    result = with_rule(dmz, "ip6 saddr fe80::/10 tcp dport 8448 accept", gateway, probe)
    assert result == ([], noticed(probe)), result

with subtest("control: the tunnel's own port, open to those who must not dial, is noticed"):
    probe = ("udp", fact(gateway, "publicAddress"), tunnel_port)
    result = with_rule(gateway, f"udp dport {tunnel_port} accept", client, probe)
    assert result == ([], noticed(probe)), result

with subtest("control: a gateway that passes on, and says that it is its own, is noticed"):
    probe = ("tcp", core_tunnel, between(gateway, core, "tunnel")[0]["ports"]["first"])
    (near,) = [way for way, host in neighbours[dmz.name].items() if host == gateway.name]
    out = f'oifname "{tunnel["interface"]}"'
    hide = f"chain hide {{ type nat hook postrouting priority srcnat; {out} masquerade; }};"
    # One that forwards no port does not forward at all.
    forwards = gateway.succeed("sysctl -n net.ipv4.ip_forward").strip()
    gateway.succeed("sysctl -w net.ipv4.ip_forward=1", f"nft 'table inet stray {{ {hide} }}'")
    undo = added(gateway, "forward", f"{out} accept")
    # A packet that is sent once may be lost.
    tries = (passed_on(dmz, near, [probe]) for _ in range(ROUNDS))
    stray = next(filter(None, tries), [])
    gateway.succeed(
        undo, "nft delete table inet stray", f"sysctl -w net.ipv4.ip_forward={forwards}"
    )
    t.assertEqual(stray, noticed(probe))
    t.assertEqual(passed_on(dmz, near, [probe]), [])
