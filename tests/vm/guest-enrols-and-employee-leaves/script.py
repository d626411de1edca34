# opening: enrolment.py
# An employee asks the bot for a link, a guest makes an account with it and meets staff; the guest
# takes part in a call and leaves by chat, the employee leaves for good, and what they had issued
# is dead within a minute.
# Nothing on the DMZ host opens a connection inwards; without the core guests still enrol, and
# without the DMZ host nothing changes for people inside.
import hmac

# What the fleet promises: the links of somebody who has left are dead within it.
LEAVING_LIMIT = 60

(tenant,) = bot["tenants"]
staff_name = tenant["staff"][0].removeprefix("@").partition(":")[0]


def opens(machine: Any, address: str, port: int) -> bool:
    """Tell whether a connection can be opened from there."""
    dial = shlex.quote(f"exec 3<>/dev/tcp/{address}/{port}")
    return bool(machine.execute(f"timeout 3 bash -c {dial} 2>/dev/null")[0] == 0)


# On the DMZ host, before its own firewall: what it begins to hosts of the fleet.
WATCH = """
table inet inwards {
  counter begun {}
  chain output {
    type filter hook output priority -150;
    ip daddr { %s } ct state new counter name begun
  }
}
"""


def begun() -> int:
    """Give how many packets began a connection from the DMZ host to a host of the fleet."""
    words = str(dmz.succeed("nft list counter inet inwards begun")).split()
    return int(words[words.index("packets") + 1])


def raised() -> str:
    """Give the bot's numbers about alarms; an alarm that is over has none."""
    numbers = core.succeed(f"curl --fail --silent http://{bot['metrics']}/metrics")
    return "\n".join(re.findall(r"^rampart_bot_alarm\{.*\} 1$", numbers, re.MULTILINE))


def addresses_of(kinds: list[str]) -> set[str]:
    """Give the addresses of the other hosts."""
    hosts = [files[machine.name]["facts"] for machine in [core, gateway, *edges]]
    return {str(facts[kind]) for facts in hosts for kind in kinds if facts[kind]}


with subtest("every unit is active, and staff have accounts"):
    for machine in [gateway, core, dmz]:
        wait_for_units(machine)
    for api in [staff_api, guests_api]:
        wait_for_api(api)
    make_accounts(staff_name, "ben")
    anna = Account(staff_api, staff_name)
    ben = Account(staff_api, "ben")

with subtest("the bot has made a room for orders, and invites who is named"):
    restricted = anna.accept(is_direct=False)
    anna.ask("POST", f"rooms/{urllib.parse.quote(restricted)}/invite", {"user_id": ben.user})
    t.assertEqual(ben.accept(is_direct=False), restricted)

with subtest("a link comes by an order in that room, and only its sender reads it"):
    link = anna.link(restricted, "!token generate --for Alice")
    assert link.startswith(f"{guests_api}/register?token="), link
    token = link.partition("token=")[2]
    t.assertFalse([event for event in ben.events(restricted) if token in json.dumps(event)])

with subtest("somebody without power is refused, and there is no link"):
    order = ben.say(restricted, "!token generate --for Mallory")
    ben.sign(restricted, order, "❌")
    t.assertFalse(ben.links())

with subtest("the guest makes an account with the link, once, and is in the welcome room"):
    done = register(link, "alice")
    assert FORM not in done and "alice" in done, done
    t.assertNotIn(FORM, browser.page(link))
    alice = Account(guests_api, "alice")
    (welcome,) = alice.ask("GET", "joined_rooms")["joined_rooms"]

with subtest("staff take part with an account of their own there, and they meet"):
    register(anna.link(restricted, "!token generate --staff"), "anna")
    there = Account(guests_api, "anna")
    t.assertEqual(there.ask("GET", "joined_rooms")["joined_rooms"], [welcome])
    alice.say(welcome, "good morning")
    t.assertIn("good morning", there.texts(welcome))

with subtest("the audit profile holds there, too: a guest can neither take back nor encrypt"):
    said = alice.say(welcome, "to be kept")
    room = f"rooms/{urllib.parse.quote(welcome)}"
    alice.ask("PUT", f"{room}/redact/{urllib.parse.quote(said)}/story", {}, code=403)
    ciphertext = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AA", "session_id": "x"}
    alice.ask("PUT", f"{room}/send/m.room.encrypted/story", ciphertext, code=403)
    t.assertIn("to be kept", there.texts(welcome))

every = addresses_of(["publicAddress", "lanAddress", "tunnelAddress"])
dmz.succeed(f"nft -f - <<'END'\n{WATCH % ', '.join(sorted(every))}\nEND")

with subtest("the guests' server tells the fleet's foci, and guest and staff hear each other"):
    document = ask("GET", f"{guests_api}/.well-known/matrix/client")
    advertised = [focus["livekit_service_url"] for focus in document["org.matrix.msc4143.rtc_foci"]]
    assert sorted(advertised) == sorted(foci), document
    url = f"{guests_api}/_matrix/client/unstable/org.matrix.msc4143/rtc/transports"
    listed = ask("GET", url, token=alice.token)["rtc_transports"]
    assert [focus["livekit_service_url"] for focus in listed] == advertised, listed
    room = "!partners:example"
    passes = {
        who: call_tokens(
            advertised[0], openid(api, {"user_id": who.user, "access_token": who.token}), room
        )
        for api, who in [(guests_api, alice), (staff_api, anna)]
    }
    for speaker, listener in [(alice, anna), (anna, alice)]:
        tokens = [passes[speaker][0], passes[listener][1]]
        said = talked(tokens[0]["url"], tokens)
        assert is_heard(said), f"{listener.user} hears {speaker.user}: {said}"

with subtest("a guest's call of two is relayed, with a credential of the tenant's own secret"):
    relay = alice.ask("GET", "voip/turnServer")
    secret = dmz.succeed(f"cat /run/rampart-secrets/turn-secret-{tenant['name']}").strip()
    digest = hmac.digest(secret.encode(), relay["username"].encode(), "sha1")
    assert relay["password"] == base64.b64encode(digest).decode(), relay
    account = f"-u {shlex.quote(relay['username'])} -w {shlex.quote(relay['password'])}"
    realm = files[relay_host.name]["services"]["coturn"]["settings"]["realm"]
    said = client.succeed(f"turnutils_uclient -y -c -n 20 {account} {realm}")
    assert "Total lost packets 0 " in said, said

with subtest("no call made the DMZ host begin a connection to a host of the fleet"):
    t.assertEqual(begun(), 0)

with subtest("a guest leaves by chat, once the sender has confirmed it"):
    order = anna.say(restricted, "!guest deactivate alice")
    question = str(anna.answer(restricted, order)["event_id"])
    alice.ask("GET", "joined_rooms")
    anna.react(restricted, question, "✅")
    anna.sign(restricted, order, "✅")
    alice.ask("GET", "joined_rooms", code=401)
    members = there.ask("GET", f"rooms/{urllib.parse.quote(welcome)}/joined_members")["joined"]
    assert alice.user not in members, members

with subtest("nothing on the DMZ host opens a connection inwards; the core reaches its broker"):
    t.assertEqual(begun(), 0)
    inside = addresses_of(["lanAddress", "tunnelAddress"])
    listed = {int(flow["ports"]["first"]) for file in files.values() for flow in file["flows"]}
    ports = sorted(listed - {0} | {8010, 8030, 9111})
    dial = 'timeout 2 bash -c "exec 3<>/dev/tcp/$to/$port" 2>/dev/null && echo $to:$port'
    each = f"for port in {' '.join(map(str, ports))}; do ({dial}) & done"
    opened = dmz.succeed(f"for to in {' '.join(sorted(inside))}; do {each}; done; wait")
    assert not opened.strip(), opened

with subtest(
    "control: what was tried there is counted, and succeeds where the list of flows has it"
):
    assert (count := begun()) >= len(inside) * len(ports), count
    address, _, port = tenant["broker"].rpartition(":")
    t.assertTrue(opens(core, address, int(port)), f"core to {address}:{port}")
    t.assertFalse(opens(gateway, address, int(port)), f"gateway to {address}:{port}")

with subtest("without the core guests still enrol"):
    carol, dave = (
        anna.link(restricted, f"!token generate --for {name}") for name in ["Carol", "Dave"]
    )
    core.shutdown()
    done = register(carol, "carol")
    assert FORM not in done and "carol" in done, done
    Account(guests_api, "carol")
    core.start()
    wait_for_units(core)
    wait_for_api(staff_api)

with subtest(
    "the links of an employee who has left are dead within a minute, and the room is told"
):
    back = anna.link(restricted, "!guest reactivate alice")
    for link in [dave, back]:
        t.assertIn(FORM, browser.page(link))
    url = f"http://localhost/_synapse/admin/v1/deactivate/{urllib.parse.quote(anna.user)}"
    headers = '-H "Authorization: Bearer $(cat /var/lib/rampart-broker/admin-token)"'
    headers += " -H 'X-Forwarded-For: 127.0.0.1'"
    to = "--unix-socket /run/tuwunel/tuwunel.sock"
    core.succeed(f"curl --fail --silent {to} {headers} -d '{{}}' {shlex.quote(url)}")

    def told() -> bool:
        said = "\n".join(ben.texts(restricted))
        return all(f"I ended {what}" in said for what in ["token", "the link that brings"])

    until("the room is told", told, LEAVING_LIMIT)
    for link in [dave, back]:
        assert "This link was withdrawn" in (said := browser.page(link)), said
    print("The room, as somebody in it reads it:", *reversed(ben.texts(restricted)), sep="\n")

with subtest("the bot takes no more memory than was promised"):
    pid = core.succeed("systemctl show --property=MainPID --value rampart-bot.service").strip()
    resident = int(core.succeed(f"awk '/^VmRSS:/ {{print $2}}' /proc/{pid}/status"))
    print(f"rampart-bot: {resident} kB resident")
    assert resident <= 60_000, resident

with subtest("who guesses a guest's password is told to wait"):
    who = {"type": "m.id.user", "user": "carol"}
    wrong = json.dumps({"type": "m.login.password", "identifier": who, "password": "x"})
    send = "curl --silent --output /dev/null --write-out '%{http_code} ' --json @-"
    send += f" {guests_api}/_matrix/client/v3/login <<'END'\n{wrong}\nEND"
    # At once: guesses that take their time are no guesses too many.
    codes = client.succeed(f"for _ in {{1..40}}; do (\n{send}\n) & done; wait").split()
    assert {*codes} == {"403", "429"}, codes

with subtest("a sentinel that is lost is told in the room and by a number, and when it is back"):
    kept = "/run/rampart-secrets/sentinel-token"
    alarm = "the token that keeps registration closed is not there"
    name = '"sentinel_missing"'

    def told_of_it() -> int:
        """Give how many of the newest messages name the alarm."""
        return sum(alarm in text for text in ben.texts(restricted))

    # Control: without cause there is no alarm.
    t.assertNotIn(name, raised())
    t.assertEqual(told_of_it(), 0)
    # The broker reads the copy that its start makes.
    dmz.succeed("install -m 0400 /dev/null /root/blank", f"mount --bind /root/blank {kept}")
    dmz.succeed("systemctl restart rampart-broker.service")
    until("an alarm in the room", lambda: told_of_it() == 1)
    t.assertIn(name, raised())
    # Nobody gets in by it.
    nobody = {"username": "mallory", "password": PASSWORD}
    ask("POST", f"{guests_api}/_matrix/client/v3/register", nobody, code=403)
    dmz.succeed(f"umount {kept}")
    dmz.succeed("systemctl restart rampart-broker.service")
    until("the end of the alarm in the room", lambda: told_of_it() == 2)
    until("the end of the alarm in the numbers", lambda: name not in raised())

with subtest("without the DMZ host people inside chat and call, and the room is told"):
    export = dmz.succeed("cat /var/lib/rampart-broker/ledger.jsonl")
    dmz.crash()
    ben.say(restricted, "is anybody there?")
    t.assertIn("is anybody there?", ben.texts(restricted))
    proof = openid(staff_api, {"user_id": ben.user, "access_token": ben.token})
    tokens = call_tokens(foci[0], proof)
    said = talked(tokens[0]["url"], tokens)
    assert is_heard(said), said
    # A look that has begun ends after a minute, and so does the next one.
    until(
        "an alarm",
        lambda: any("broker_silent" in text for text in ben.texts(restricted)),
        2 * LIMIT,
    )
    t.assertIn('"broker_silent"', raised())
    for machine in [gateway, core, *edges]:
        wait_for_units(machine)

with subtest("both ledgers are sound and say the same"):
    core.succeed(f"cat > /tmp/broker.jsonl <<'END'\n{export}END")
    unit = core.succeed("systemctl show --property=ExecStart --value rampart-bot.service")
    words = re.search(r"argv\[\]=(\S+) run (--config \S+)", unit)
    assert words, unit
    look = f"{words[1]} ledger {words[2]}"
    core.succeed(f"{look} verify", f"{look} compare {tenant['name']} /tmp/broker.jsonl")

with subtest("control: one changed byte of a ledger is found"):
    core.succeed("systemctl stop rampart-bot.service")
    core.succeed("sed -i 's/Carol/Carla/' /var/lib/rampart-bot/ledger.jsonl")
    core.fail(f"{look} verify")
