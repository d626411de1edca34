# One strict profile for the units of ours and for what nixpkgs' units leave open, and named relaxations.
# Use: `strict // relax.unixSockets // relax.foreignGroup`. Values are plain; wrap them with mkDefault or mkForce at the place.
# Addresses are not filtered here (IPAddressAllow): that is the duty of the ruleset, which comes from one list of flows.
# Our own programs are filtered in parts/units.nix as well, by what Rust rendered beside their settings.
let
  inet = [
    "AF_INET"
    "AF_INET6"
  ];
in
{
  strict = {
    CapabilityBoundingSet = "";
    AmbientCapabilities = "";
    DevicePolicy = "closed";
    KeyringMode = "private";
    LockPersonality = true;
    MemoryDenyWriteExecute = true;
    NoNewPrivileges = true;
    PrivateDevices = true;
    PrivateIPC = true;
    PrivateMounts = true;
    PrivateTmp = true;
    PrivateUsers = true;
    ProcSubset = "pid";
    ProtectClock = true;
    ProtectControlGroups = true;
    ProtectHome = true;
    ProtectHostname = true;
    ProtectKernelLogs = true;
    ProtectKernelModules = true;
    ProtectKernelTunables = true;
    ProtectProc = "invisible";
    ProtectSystem = "strict";
    RemoveIPC = true;
    RestrictAddressFamilies = "none";
    RestrictNamespaces = true;
    RestrictRealtime = true;
    RestrictSUIDSGID = true;
    SystemCallArchitectures = "native";
    SystemCallErrorNumber = "EPERM";
    SystemCallFilter = [
      "@system-service"
      "~@privileged @resources"
    ];
    UMask = "0077";
  };

  relax = {
    # Talks to other hosts, and looks up its own interfaces, as Go's resolver and address selection do.
    netlink.RestrictAddressFamilies = inet ++ [ "AF_NETLINK" ];

    # Talks to other hosts, and serves or dials unix sockets. AF_UNIX alone would do for sd_notify, but every such unit here has peers.
    unixSockets.RestrictAddressFamilies = inet ++ [ "AF_UNIX" ];

    # Is in the group of another service. A user namespace maps no foreign groups, so files of that group would appear
    # as nobody's.
    foreignGroup.PrivateUsers = false;

    # Reads limits and load of the kernel. Without /proc/sys Go's listeners fall back to a backlog of 128 connections.
    kernelFigures.ProcSubset = "all";

    # Binds ports below 1024. A user namespace would void the capability.
    lowPorts = {
      AmbientCapabilities = "CAP_NET_BIND_SERVICE";
      CapabilityBoundingSet = "CAP_NET_BIND_SERVICE";
      PrivateUsers = false;
    };
  };
}
