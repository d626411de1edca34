# opening: enrolment.py
# fleet: linked
# Two tenants, each with a DMZ host, a room for orders and guests of its own: nothing of one is good
# for anything at the other. Two of the staff let a guest in, and everything that the bot can be
# ordered to do with guests and rooms is ordered here once.
NEW_PASSWORD = "another-horse-another-battery"
quota = int(bot["orders"]["quota"])


class Tenant:
    """One tenant: its DMZ host, its pages, its broker."""

    def __init__(self, settings: Any) -> None:
        self.name, self.domain = str(settings["name"]), str(settings["domain"])
        self.api, self.broker = f"https://{self.domain}", str(settings["broker"])
        self.host = next(m for m in machines if self.is_host(files.get(m.name, {})))
        self.page = f"{self.api}/register?token="
        self.token_file = f"/run/rampart-secrets/broker-client-token-{self.name}"

    def is_host(self, file: dict[str, Any]) -> bool:
        return bool(file.get("facts", {}).get("tenant") == self.name)


def asked(broker: str, token_file: str) -> str:
    """Ask a broker for its status from the core, with a credential; give the code of the answer."""
    proof = f'-H "Authorization: Bearer $(cat {token_file})"'
    show = "--silent --output /dev/null --write-out '%{http_code}'"
    return str(core.succeed(f"curl {show} {proof} --json '{{}}' http://{broker}/v1/status")).strip()


def opens(machine: Any, address: str, port: str) -> bool:
    """Tell whether a connection can be opened from there."""
    dial = shlex.quote(f"exec 3<>/dev/tcp/{address}/{port}")
    return bool(machine.execute(f"timeout 3 bash -c {dial} 2>/dev/null")[0] == 0)


def named(account: Account, room: str) -> str:
    path = f"rooms/{urllib.parse.quote(room)}/state/m.room.name"
    return str(account.ask("GET", path)["name"])


partners, suppliers = tenants = [Tenant(one) for one in bot["tenants"]]

with subtest("every unit is active, and the bot has a room for each tenant, for its own staff"):
    for machine in machines:
        wait_for_units(machine)
    make_accounts("anna", "ben", "cleo")
    anna, ben, cleo = (Account(staff_api, name) for name in ["anna", "ben", "cleo"])
    ours, theirs = anna.accept(is_direct=False), cleo.accept(is_direct=False)
    t.assertEqual({ben.accept(is_direct=False) for _ in tenants}, {ours, theirs})
    for room, title in [(ours, "Partners"), (theirs, "Suppliers")]:
        t.assertEqual(named(ben, room), f"Guests of {title}")

with subtest("nobody lets a guest in alone"):
    order = anna.say(ours, "!token generate --for Alice")
    question = str(anna.answer(ours, order)["event_id"])
    anna.react(ours, question, "✅")
    # What she says next is answered, so her own yes was heard.
    anna.orders(ours, "!whoami")
    t.assertFalse(anna.links())
    ben.react(ours, question, "✅")
    anna.sign(ours, order, "✅")
    alices = str(until("a link", anna.links).pop())
    sams = cleo.link(theirs, "!token generate --for Sam", approved_by=ben)
    assert alices.startswith(partners.page) and sams.startswith(suppliers.page), (alices, sams)

with subtest("a token of one tenant is unknown at the other"):
    for link, own, other in [(alices, partners, suppliers), (sams, suppliers, partners)]:
        said = browser.page(link.replace(own.page, other.page))
        assert "This link is not valid" in said and FORM not in said, said

with subtest("control: at its own it makes an account, which the other one does not know"):
    for link, name in [(alices, "alice"), (sams, "sam")]:
        done = register(link, name)
        assert FORM not in done and name in done, done
    alice, sam = Account(partners.api, "alice"), Account(suppliers.api, "sam")
    for guest, own, other in [(alice, partners, suppliers), (sam, suppliers, partners)]:
        t.assertTrue(guest.user.endswith(f":{own.domain}"), guest.user)
        name = guest.user.removeprefix("@").partition(":")[0]
        who = {"type": "m.id.user", "user": name}
        wrong = {"type": "m.login.password", "identifier": who, "password": PASSWORD}
        ask("POST", f"{other.api}/_matrix/client/v3/login", wrong, code=403)
        whoami = "_matrix/client/v3/account/whoami"
        ask("GET", f"{other.api}/{whoami}", token=guest.token, code=401)
        ask("GET", f"{own.api}/{whoami}", token=guest.token)

with subtest("an order is for the tenant of its room, and only its staff give it there"):
    anna.ask("PUT", f"rooms/{urllib.parse.quote(theirs)}/send/m.room.message/1", {"body": "!"}, 403)
    for room, present, absent in [(ours, alice, sam), (theirs, sam, alice)]:
        listed = ben.orders(room, "!guest list")
        said = ben.answer(room, listed)["content"]["body"]
        assert present.user in said and absent.user not in said, said

with subtest("the bot's credential for one broker is none for the other, and DMZ hosts are apart"):
    for own, other in [tenants, tenants[::-1]]:
        t.assertEqual(asked(other.broker, own.token_file), "401")
        address, _, port = other.broker.rpartition(":")
        lan = files[other.host.name]["facts"]["lanAddress"]
        for to in [address, lan]:
            t.assertFalse(opens(own.host, to, port), f"{own.host.name} to {to}:{port}")
    with subtest("control: its own lets it in, through the tunnel"):
        for tenant in tenants:
            t.assertEqual(asked(tenant.broker, tenant.token_file), "200")

with subtest("only the guests of a tenant with calls are told of media servers"):
    told = {
        tenant.name: ask("GET", f"{tenant.api}/.well-known/matrix/client") for tenant in tenants
    }
    key = "org.matrix.msc4143.rtc_foci"
    assert told[partners.name][key] and not told[suppliers.name].get(key), told

with subtest("a room is made and a guest invited, by two; the other tenant has neither"):
    anna.orders(ours, "!room create kick-off")
    anna.orders(ours, "!room invite kick-off alice", approved_by=ben)
    room = alice.accept(is_direct=False)
    t.assertEqual(named(alice, room), "kick-off")
    listed = anna.orders(ours, "!room list")
    said = anna.answer(ours, listed)["content"]["body"]
    assert "#welcome:" in said and "#kick-off:" in said, said
    order = cleo.say(theirs, "!room invite kick-off sam")
    ben.react(theirs, str(ben.answer(theirs, order)["event_id"]), "✅")
    cleo.sign(theirs, order, "❌")

with subtest("a guest makes a room of their own only where the tenant says so"):
    pid = dmz.succeed("systemctl show --property=MainPID --value tuwunel.service").strip()
    if "synapse" in dmz.succeed(f"tr '\\0' ' ' < /proc/{pid}/cmdline"):
        log.warning("not looked at: who may make rooms, for want of Tuwunel")
    else:
        alice.ask("POST", "createRoom", {"preset": "private_chat"})
        sam.ask("POST", "createRoom", {"preset": "private_chat"}, code=403)
        with subtest("control: the broker may, by order of staff"):
            cleo.orders(theirs, "!room create kick-off")

with subtest("a locked guest is out until two let them in again"):
    anna.orders(ours, "!guest lock alice", approved_by=anna)
    alice.ask("GET", "joined_rooms", code=401)
    anna.orders(ours, "!guest unlock alice", approved_by=ben)
    t.assertIn(room, alice.ask("GET", "joined_rooms")["joined_rooms"])

with subtest("an account that was ended comes back by a link, which two give and one opens"):
    anna.orders(ours, "!guest deactivate alice", approved_by=anna)
    alice.ask("GET", "joined_rooms", code=401)
    back = anna.link(ours, "!guest reactivate alice", approved_by=ben)
    assert back.startswith(f"{partners.api}/register/password?token="), back
    said = browser.page(back.replace(partners.api, suppliers.api))
    assert "This link is not valid" in said, said
    assert alice.user in (said := browser.page(back)), said
    browser.enters(password=NEW_PASSWORD, repeat=NEW_PASSWORD)
    assert "Your password is set" in (said := browser.sends()), said
    assert "This link was used" in (said := browser.page(back)), said
    again = Account(partners.api, "alice", NEW_PASSWORD)
    t.assertNotIn(room, again.ask("GET", "joined_rooms")["joined_rooms"])
    who = {"type": "m.id.user", "user": "alice"}
    old = {"type": "m.login.password", "identifier": who, "password": PASSWORD}
    ask("POST", f"{partners.api}/_matrix/client/v3/login", old, code=403)

with subtest("nobody has more open accounts than the quota, with each tenant"):
    first = anna.link(ours, f"!token generate --uses {quota}", approved_by=ben)
    order = anna.say(ours, "!token generate")
    ben.react(ours, str(ben.answer(ours, order)["event_id"]), "✅")
    anna.sign(ours, order, "❌")
    t.assertEqual(anna.links(), {alices, back, first})
    t.assertIn(FORM, browser.page(first))
    with subtest("control: one that was ended counts no more"):
        open_ones = str(anna.answer(ours, anna.orders(ours, "!token list"))["content"]["body"])
        (identity,) = re.findall(r"^\W*`([a-z2-7]{8})` open", open_ones, re.MULTILINE)
        anna.orders(ours, f"!token extend {identity} --ttl 48h", approved_by=ben)
        anna.orders(ours, f"!token revoke {identity}", approved_by=anna)
        t.assertNotIn(FORM, browser.page(first))
        anna.link(ours, "!token generate", approved_by=ben)

with subtest("the bot's ledger says the same as each broker's, and not the same as the other's"):
    unit = core.succeed("systemctl show --property=ExecStart --value rampart-bot.service")
    words = re.search(r"argv\[\]=(\S+) run (--config \S+)", unit)
    assert words, unit
    look = f"{words[1]} ledger {words[2]}"
    for tenant in tenants:
        export = tenant.host.succeed("cat /var/lib/rampart-broker/ledger.jsonl")
        core.succeed(f"cat > /tmp/{tenant.name}.jsonl <<'END'\n{export}END")
        core.succeed(f"{look} compare {tenant.name} /tmp/{tenant.name}.jsonl")
    core.fail(f"{look} compare {partners.name} /tmp/{suppliers.name}.jsonl")
    print("The room, as somebody in it reads it:", *reversed(ben.texts(ours)), sep="\n")
