# opening: flows.py
# fleet: edge-media
#
# On a fleet whose edges pass media on to each other inside the tunnel, and whose core has no public
# port at all.
edges = of_role("edge")
relayed = [flow for one in edges for other in edges for flow in between(one, other, "tunnel")]

with subtest("control: a flow of the backbone that is shut is noticed, in each direction"):
    t.assertEqual({flow["protocol"] for flow in relayed}, {"udp"})
    t.assertEqual(len(relayed), 2)
    for flow in relayed:
        shut(flow)

with subtest("control: media of the backbone that are open to the core, too, are noticed"):
    name, port = relayed[0]["to"], relayed[0]["ports"]["first"]
    probe = ("udp", fact(by_name[name], "tunnelAddress"), port)
    rule = f'iifname "{tunnel["interface"]}" udp dport {port} accept'
    result = with_rule(by_name[name], rule, core, probe)
    assert result == ([], noticed(probe)), result
