# rampart-steer: tells each client the closest media server.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.rampart;
  own = import ../lib/program.nix { inherit config lib pkgs; } {
    name = "steer";
    title = "steering";
  };
in
{
  imports = [
    ../host.nix
    ../parts/programs.nix
    ../parts/units.nix
  ];

  inherit (own) options;

  config = lib.mkIf (cfg.host ? services.rampart-steer) {
    # `rampart-steer drain` and `status`, for administrators and for `rampart edge`.
    environment.systemPackages = [ cfg.steer.package ];

    systemd.services.rampart-steer = {
      description = "Steering of clients to the closest media server";
      wantedBy = [ "multi-user.target" ];
      serviceConfig = own.service // {
        DynamicUser = true;
        # Which hosts are draining, and nothing else. It must outlive a restart.
        StateDirectory = "rampart-steer";
        StateDirectoryMode = "0700";
        # Trap: systemd's soft limit is 1024 files, fewer than the connections that it takes.
        LimitNOFILE = 8192;
      };
    };
  };
}
