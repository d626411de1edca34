# The walls around the guard as systemd gets them, with a value of the memory's formula set in Nix.
{
  host = "core-fra";
  module.rampart.core.guard.maxConnections = 1024;
  value =
    config:
    let
      unit = config.systemd.services.rampart-guard;
    in
    {
      inherit (unit.serviceConfig)
        AmbientCapabilities
        CapabilityBoundingSet
        IPAddressAllow
        IPAddressDeny
        MemoryMax
        MemorySwapMax
        NoNewPrivileges
        PrivateDevices
        ProtectSystem
        RestrictAddressFamilies
        RestrictNamespaces
        SocketBindAllow
        SocketBindDeny
        SupplementaryGroups
        SystemCallFilter
        Type
        ;
      # A new policy is a reload: it is in no trigger of a restart.
      restartsForPolicy = builtins.any (
        trigger: builtins.match ".*\"policy\".*" (toString trigger) != null
      ) unit.restartTriggers;
      reloads = builtins.length unit.reloadTriggers;
    };
  expected = {
    AmbientCapabilities = "";
    CapabilityBoundingSet = "";
    IPAddressAllow = [
      "localhost"
      "10.77.0.1"
      "10.77.0.2"
    ];
    IPAddressDeny = "any";
    MemoryMax = 64 * 1024 * 1024 + 1024 * 160 * 1024;
    MemorySwapMax = 0;
    NoNewPrivileges = true;
    PrivateDevices = true;
    ProtectSystem = "strict";
    RestrictAddressFamilies = [
      "AF_INET"
      "AF_INET6"
      "AF_UNIX"
    ];
    RestrictNamespaces = true;
    SocketBindAllow = [
      "tcp:8010"
      "tcp:9110"
    ];
    SocketBindDeny = "any";
    SupplementaryGroups = [ "tuwunel" ];
    SystemCallFilter = [
      "@system-service"
      "~@privileged @resources"
    ];
    Type = "notify-reload";
    restartsForPolicy = false;
    reloads = 1;
  };
}
