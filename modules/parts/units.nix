# What Rust decided about the units of the daemons (order, credentials, environment), and what holds for all of them:
# being late never kills a unit for good.
{ config, lib, ... }:
let
  cfg = config.rampart;

  # Settings that are no unit of a daemon: the parts network, mesh and base see to them.
  notDaemons = [
    "wg-fleet"
    "sshd"
    "timesyncd"
    "journald"
  ];

  # The tunnel is no unit of systemd; what others wait for is that its address is there (parts/mesh.nix).
  serviceName = name: if name == "wg-fleet" then "rampart-tunnel.service" else "${name}.service";

  # The second wall: what the ruleset lets in, the unit must also be allowed to speak to. A cap of memory is hard, since
  # swap would only make a flooded unit slow instead of restarted.
  confinementOf =
    name:
    {
      peers,
      loopback,
      listens,
      memory,
    }:
    # Without a list of peers it may speak to all: a directory is known by its name alone.
    lib.optionalAttrs (peers != null) {
      IPAddressDeny = "any";
      IPAddressAllow = lib.optional loopback "localhost" ++ peers;
    }
    // {
      SocketBindDeny = "any";
      SocketBindAllow = map (port: "tcp:${toString port}") listens;
      MemoryMax = memory.fixed + memory.perConnection * (cfg.settings.${name}.maxConnections or 0);
      MemorySwapMax = 0;
      # Our programs have one thread.
      TasksMax = 16;
    };

  credential = name: secret: "${name}:${cfg.host.secrets.${secret}.path}";

  serviceOf = name: unit: {
    after = map serviceName (unit.after or [ ]);
    # Wants, not requires: a unit whose requirement failed once is not tried again.
    wants = map serviceName (unit.after or [ ]);
    environment = unit.environment or { };
    # Trap: nixpkgs gives several daemons a start limit, after which systemd never tries again.
    startLimitIntervalSec = lib.mkForce 0;
    serviceConfig = {
      LoadCredential =
        lib.mapAttrsToList credential (unit.credentials or { })
        ++ lib.mapAttrsToList (name: file: "${name}:${file}") (unit.made or { });
      # Trap: most units restart on failure only, and LiveKit fails with status 0.
      Restart = lib.mkForce "always";
      RestartSec = lib.mkForce 5;
    }
    // lib.optionalAttrs (unit ? confinement) (confinementOf name unit.confinement);
  };
in
{
  imports = [ ../host.nix ];

  config = lib.mkIf (cfg.hostFile != null) {
    systemd.services = lib.mapAttrs serviceOf (removeAttrs (cfg.host.units or { }) notDaemons);
  };
}
