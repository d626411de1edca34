# Interfaces, names and routes, by systemd-networkd.
{ config, lib, ... }:
let
  cfg = config.rampart;
  network = cfg.host.network;

  # Policy routes lead to the gateway, which is reached through the LAN.
  routesVia = role: lib.optionals (role == "lan") network.policyRoutes;

  # Traffic that came in through the gateway's port forwarding must leave through the gateway again, or the client gets
  # answers from an address it never spoke to. The source port tells such traffic from the host's own.
  policyOf = route: {
    From = route.from;
    IPProtocol = route.protocol;
    SourcePort = route.sourcePorts;
    Table = route.table;
    Family = "ipv4";
  };

  tableOf = route: {
    Gateway = route.via;
    Table = route.table;
  };

  interface =
    role:
    {
      name,
      addresses ? [ ],
      gateway ? null,
      dhcp,
      dns ? [ ],
      # Ways to networks behind a router of the segment.
      routes ? [ ],
    }:
    let
      gateways = lib.filter (via: via != null) (lib.toList gateway);
    in
    {
      matchConfig.Name = name;
      address = addresses;
      inherit dns;
      routes =
        map (via: { Gateway = via; }) gateways
        ++ map (route: {
          Destination = route.to;
          Gateway = route.via;
        }) routes
        ++ lib.unique (map tableOf (routesVia role));
      routingPolicyRules = map policyOf (routesVia role);
      networkConfig = {
        DHCP = if dhcp then "ipv4" else "no";
        # Names and neighbours of the segment are the manifest's business, not the segment's.
        LLMNR = false;
        MulticastDNS = false;
      };
      linkConfig.RequiredForOnline = "routable";
    };
in
{
  imports = [ ../host.nix ];

  config = lib.mkIf (cfg.hostFile != null) {
    networking = {
      useNetworkd = true;
      useDHCP = false;
      inherit (network) hosts;
    };

    systemd.network = {
      enable = true;
      networks = lib.mapAttrs' (
        role: settings: lib.nameValuePair "10-${role}" (interface role settings)
      ) network.interfaces;
    };

    # Trap: without a name server of its own systemd-resolved asks those of third parties.
    environment.etc."systemd/resolved.conf.d/10-rampart.conf".text = ''
      [Resolve]
      FallbackDNS=
      LLMNR=no
      MulticastDNS=no
    '';

    boot.kernel.sysctl = {
      # Trap: a daemon that binds an address of the tunnel before the tunnel has it fails for good (Redis) or runs on
      # without that address (sshd). With this it may bind early; it is reachable as soon as the address is there.
      "net.ipv4.ip_nonlocal_bind" = 1;
      "net.ipv6.ip_nonlocal_bind" = 1;
    }
    # Trap: media ranges lie inside the kernel's ephemeral range, so that any outgoing socket could sit on a port of
    # theirs when the media server wants it.
    // lib.optionalAttrs (network.reservedPorts != "") {
      "net.ipv4.ip_local_reserved_ports" = network.reservedPorts;
    }
    // lib.optionalAttrs network.forward {
      "net.ipv4.conf.all.forwarding" = 1;
    };
  };
}
