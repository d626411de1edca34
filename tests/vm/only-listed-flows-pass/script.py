# opening: flows.py
#
# On the example fleet: forwarded ports, addresses of IPv6, a cluster that meets at a Redis.
redis = [s["port"] for unit, s in files[core.name]["services"].items() if unit.startswith("redis-")]

with subtest("control: a flow from the gateway inwards that is shut is noticed"):
    shut(between(gateway, core, "tunnel")[0])

with subtest("control: a Redis that is open to more of the tunnel is noticed"):
    for port in redis:
        probe = ("tcp", core_tunnel, int(port))
        for stranger in [gateway, dmz]:
            rule = f'iifname "{tunnel["interface"]}" tcp dport {port} accept'
            result = with_rule(core, rule, stranger, probe)
            # A DMZ host may not even begin it: its own ruleset stops the packet.
            opened = [] if stranger == dmz else noticed(probe)
            assert result == ([], opened), f"{stranger.name}: {result}"
