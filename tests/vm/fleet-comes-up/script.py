# opening: people.py
# The whole fleet comes up, and people can use it: chat, guests, calls, relay.


def tls(name: str, version: str) -> str:
    return f"openssl s_client -connect {name}:443 -servername {name} -{version} </dev/null"


def tunnel_addresses() -> dict[str, str]:
    return {name: file["facts"]["tunnelAddress"] for name, file in files.items()}


with subtest("every unit of every host is active"):
    for machine in machines:
        wait_for_units(machine)

with subtest("no unit has failed on any host"):
    for machine in machines:
        failed = machine.succeed("systemctl --failed --plain --no-legend")
        assert failed.strip() == "", f"{machine.name}: {failed}"

with subtest("every tunnel is up"):
    for name, address in tunnel_addresses().items():
        if name != core.name:
            core.wait_until_succeeds(f"ping -c 1 -W 2 {address}", timeout=60)

with subtest("control: a tunnel that is cut is noticed"):
    interface = files[edges[0].name]["services"]["wg-fleet"]["interface"]
    address = tunnel_addresses()[edges[0].name]
    edges[0].succeed(f"ip link set {interface} down")
    core.fail(f"ping -c 1 -W 2 {address}")
    edges[0].succeed(f"ip link set {interface} up")
    core.wait_until_succeeds(f"ping -c 1 -W 2 {address}", timeout=60)

with subtest("TLS 1.3 is accepted and 1.2 is refused on every public TLS port"):
    public = [names["serverName"], names["clientDomain"], names["rtcDomain"], guests]
    for edge in edges:
        public.append(files[edge.name]["options"]["edge"]["focusDomain"])
        own_relay = files[edge.name]["services"]["livekit"]["turn"]
        if own_relay["enabled"]:
            public.append(own_relay["domain"])
    for name in sorted(set(public)):
        shown = client.succeed(tls(name, "tls1_3") + " 2>&1")
        assert "Verify return code: 0 (ok)" in shown, f"{name}: {shown}"
        client.fail(tls(name, "tls1_2"))

with subtest("the relay of 1:1 calls refuses TLS 1.2, too"):
    realm = files[relay_host.name]["services"]["coturn"]["settings"]["realm"]
    client.fail(f"timeout 10 {tls(realm, 'tls1_2')}")
    # Debian 12's coturn, which is the lab's, does not know TLS 1.3.
    known = relay_host.succeed("turnserver --version 2>&1 || true").split(".")
    if [int(part) for part in known[:2]] >= [4, 13]:
        client.succeed(tls(realm, "tls1_3"))

with subtest("the discovery documents and the list of foci agree"):
    found = ask("GET", f"https://{names['serverName']}/.well-known/matrix/client")
    assert found["m.homeserver"]["base_url"].rstrip("/") == staff_api, found
    told = [focus["livekit_service_url"] for focus in found["org.matrix.msc4143.rtc_foci"]]
    # Which of them comes first is another story: call-uses-closest-edge.
    assert sorted(told) == sorted(foci), found
    server = ask("GET", f"https://{names['serverName']}/.well-known/matrix/server")
    assert server == {"m.server": homeserver["well_known"]["server"]}, server
    for service in foci:
        ask("GET", f"{service}/healthz")

with subtest("the administrator makes accounts on the core"):
    make_accounts("alice", "bob")
    alice, bob = log_in(staff_api, "alice"), log_in(staff_api, "bob")

with subtest("nobody registers on the core, nor from outside on the DMZ"):
    nobody = {"username": "mallory", "password": PASSWORD}
    for api in [staff_api, guests_api]:
        ask("POST", f"{api}/_matrix/client/v3/register", nobody, code=403)

with subtest("a guest registers by token, from inside the DMZ host"):
    made = register_guest("gus")
    assert made == f"@gus:{guests}", made
    guest = log_in(guests_api, "gus")

with subtest("a message goes through the gateway and is read"):
    room = open_room(alice, bob)
    say(room, "hello from outside", alice)
    read = texts(staff_api, room, bob["access_token"])
    assert "hello from outside" in read, read

with subtest("the client API lists the same foci"):
    url = f"{staff_api}/_matrix/client/unstable/org.matrix.msc4143/rtc/transports"
    listed = ask("GET", url, token=alice["access_token"])["rtc_transports"]
    assert [focus["livekit_service_url"] for focus in listed] == told, listed

with subtest("the relay of 1:1 calls takes time-limited credentials and relays"):
    relay = ask(
        "GET", f"{staff_api}/_matrix/client/v3/voip/turnServer", token=alice["access_token"]
    )
    account = f"-u {shlex.quote(relay['username'])} -w {shlex.quote(relay['password'])}"
    said = client.succeed(f"turnutils_uclient -y -c -n 20 {account} {realm}")
    assert "Total lost packets 0 " in said, said

with subtest("the relay refuses wrong credentials and forbidden peers"):
    said = client.execute(f"turnutils_uclient -y -c -n 5 -u nobody -w nothing {realm} 2>&1")[1]
    assert "Total lost packets 0 " not in said, said
    said = client.execute(
        f"timeout 10 turnutils_uclient -c -n 2 -e 8.8.8.8 {account} {realm} 2>&1"
    )[1]
    assert "Forbidden" not in said and "tot_send_msgs=2" in said, f"an ordinary peer: {said}"
    forbidden = [tunnel_addresses()[core.name], files[gateway.name]["facts"]["lanAddress"]]
    for peer in [*forbidden, "127.0.0.1", "169.254.169.254"]:
        said = client.execute(f"turnutils_uclient -c -n 5 -e {peer} {account} {realm} 2>&1")[1]
        assert "403 (Forbidden IP)" in said, f"{peer}: {said}"

with subtest("people hear each other at every focus"):
    for service in foci:
        tokens = call_tokens(service, openid(staff_api, alice))
        count = heard(tokens[0]["url"], tokens)
        assert count > 100, f"{service}: {count} frames with sound"

with subtest("a guest hears the call, too"):
    # In a room of its own: one that was called in before closes 20 seconds after the last one left.
    room_of_call = "!visit:example"
    speaker, _ = call_tokens(foci[0], openid(staff_api, alice), room_of_call)
    _, listener = call_tokens(foci[0], openid(guests_api, guest), room_of_call)
    count = heard(speaker["url"], [speaker, listener])
    assert count > 100, f"{foci[0]}: {count} frames with sound"

with subtest("a made-up proof gives no token for a call"):
    made_up = {"access_token": "nothing", "matrix_server_name": names["serverName"]}
    wanted = {"room": "!call:example", "device_id": "X", "openid_token": made_up}
    ask("POST", f"{foci[0]}/sfu/get", wanted, code=401)
