# opening: people.py
# fleet: linked
# Staff and guests share rooms by federation between exactly these two servers; a third is refused
# at the doors, by both servers, and in what it would send through the door that there is.
import urllib.parse

THIRD = "third.example"
server = str(names["serverName"])


# On the client, which stands in for the third server.
WATCH = """
table inet third {
  counter came {}
  chain input {
    type filter hook input priority 0;
    tcp dport { 443, 8448 } ct state new counter name came
  }
}
"""


def came() -> int:
    """Give how many packets asked the third server for a connection."""
    words = str(client.succeed("nft list counter inet third came")).split()
    return int(words[words.index("packets") + 1])


def room_of(owner_api: str, owner: Any, other_api: str, other: Any) -> str:
    """Open a room on one server, and let somebody of the other one join."""
    wanted = {"preset": "private_chat", "invite": [other["user_id"]]}
    url = f"{owner_api}/_matrix/client/v3/createRoom"
    made = str(ask("POST", url, wanted, owner["access_token"])["room_id"])
    url = f"{other_api}/_matrix/client/v3/join/{urllib.parse.quote(made)}"
    ask("POST", url, {}, other["access_token"])
    return made


def writes(api: str, person: Any, room: str, text: str) -> None:
    url = room_url(api, urllib.parse.quote(room), f"send/m.room.message/{text}")
    ask("PUT", url, {"msgtype": "m.text", "body": text}, person["access_token"])


def reads(api: str, person: Any, room: str, text: str) -> None:
    """Wait until a text has come."""
    for _ in range(60):
        if text in texts(api, urllib.parse.quote(room), person["access_token"]):
            return
        client.sleep(1)
    raise AssertionError(f"{person['user_id']} does not read {text!r}")


def answered(machine: Any, api: str, path: str, header: str = "") -> tuple[int, str]:
    """Ask a route between servers; give code and text of the answer."""
    options = f"-H {shlex.quote(header)}" if header else ""
    url = shlex.quote(f"{api}/_matrix/federation/v1/{path}")
    asking_for_code = f"curl --silent --write-out '\\n%{{http_code}}' {options}"
    text, _, code = machine.succeed(f"{asking_for_code} --max-time 30 {url}").rpartition("\n")
    return int(code), text


def federated(machine: Any, api: str, path: str) -> int:
    """Ask a route between servers; give the code of the answer."""
    return answered(machine, api, path)[0]


with subtest("every unit is active, and each server may federate with the other one only"):
    for machine in machines:
        wait_for_units(machine)
    for host, other in [(core, guests), (dmz, server)]:
        settings = files[host.name]["services"]["tuwunel"]["global"]
        anchored = [f"^{other.replace('.', chr(92) + '.')}$"]
        assert settings["allowed_remote_server_names_experimental"] == anchored, settings
    make_accounts("anna")
    anna = log_in(staff_api, "anna")
    register_guest("gus")
    guest = log_in(guests_api, "gus")

sides = [(staff_api, anna), (guests_api, guest)]

with subtest("staff and guest write and read in a room of either server"):
    for owner, other in [sides, sides[::-1]]:
        room = room_of(*owner, *other)
        for number, (writer, reader) in enumerate([(owner, other), (other, owner)]):
            text = f"text-{number}"
            writes(*writer, room, text)
            reads(*reader, room, text)

with subtest("neither server goes to a third one, which would be there"):
    client.succeed(f"nft -f - <<'END'\n{WATCH}\nEND")
    route = client.succeed(f"ip -json route get {files[gateway.name]['facts']['publicAddress']}")
    address = json.loads(route)[0]["prefsrc"]
    for host in [core, dmz]:
        host.succeed(
            f"cp /etc/hosts /tmp/hosts && echo {address} {THIRD} >> /tmp/hosts",
            "mount --bind /tmp/hosts /etc/hosts",
        )
    for api, person in sides:
        url = f"{api}/_matrix/client/v3/join/{urllib.parse.quote(f'#lobby:{THIRD}')}"
        code = f"-X POST -H 'Authorization: Bearer {person['access_token']}' {shlex.quote(url)}"
        code = client.succeed(
            f"curl --silent --output /dev/null --write-out '%{{http_code}}' {code}"
        )
        assert code in ["403", "502"], code
    t.assertEqual(came(), 0)

with subtest("control: whoever does go there is seen"):
    # The DMZ host is kept in by its own firewall, too.
    core.execute(f"curl --silent --max-time 3 https://{THIRD}/")
    t.assertGreater(came(), 0)

with subtest("the routes between servers are there for the other server's host alone"):
    for api in [staff_api, guests_api]:
        assert federated(client, api, "version") == 404, api

with subtest("control: through the tunnel each host reaches the other server"):
    t.assertEqual(federated(dmz, staff_api, "version"), 200)
    t.assertEqual(federated(core, guests_api, "version"), 200)

with subtest("what is sent in a third server's name is refused, whatever its signature"):
    for machine, api, own, to in [
        (dmz, staff_api, guests, server),
        (core, guests_api, server, guests),
    ]:

        def signed(origin: str, to: str = to) -> str:
            return (
                f'Authorization: X-Matrix origin="{origin}",destination="{to}",'
                'key="ed25519:none",sig="AAAA"'
            )

        person = next(person for place, person in sides if place == api)["user_id"]
        path = f"query/profile?user_id={urllib.parse.quote(person)}"
        stranger = answered(machine, api, path, signed(THIRD))
        t.assertEqual(stranger[0], 403)
        with subtest("control: the other server is asked for a better signature"):
            # 401 of Synapse, 403 of Tuwunel.
            known = answered(machine, api, path, signed(own))
            assert known[0] in [401, 403] and known != stranger, f"{known}, {stranger}"
            log.log(f"a third server: {stranger}; the other one: {known}")
