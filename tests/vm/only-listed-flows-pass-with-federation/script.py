# opening: flows.py
# fleet: linked
#
# On a fleet whose guests' server federates with its own: the DMZ host and the gateway talk to each
# other inside a tunnel that the gateway dials.
outward, inwards = between(gateway, dmz, "public"), between(dmz, gateway, "tunnel")

with subtest("control: the federation's flows, shut, are noticed: the tunnel's, and inside it"):
    t.assertEqual([flow["protocol"] for flow in outward], ["udp"])
    t.assertEqual([flow["protocol"] for flow in inwards], ["tcp"])
    for flow in [*outward, *inwards]:
        shut(flow)

with subtest("control: a DMZ host that may begin more than its flow is noticed"):
    probe = ("tcp", fact(gateway, "tunnelAddress"), 22)
    undo = added(dmz, "output", f'oifname "{tunnel["interface"]}" accept')
    result = with_rule(gateway, f'iifname "{tunnel["interface"]}" tcp dport 22 accept', dmz, probe)
    dmz.succeed(undo)
    assert result == ([], noticed(probe)), result
