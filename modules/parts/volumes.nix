# A warning before a volume is full. What happens then: docs/audit.md.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.rampart;
  hardening = import ../lib/hardening.nix;
  program = pkgs.writeShellApplication {
    name = "rampart-volumes";
    runtimeInputs = [ pkgs.coreutils ];
    text = builtins.readFile ./volumes.sh;
  };
in
{
  imports = [
    ../host.nix
    ./disk.nix
  ];

  config = lib.mkIf (cfg.hostFile != null) {
    systemd.services.rampart-volumes = {
      description = "Warning of full volumes";
      serviceConfig = hardening.strict // {
        Type = "oneshot";
        ExecStart = "${lib.getExe program} ${toString cfg.disk.warnAbove}";
      };
    };
    systemd.timers.rampart-volumes = {
      wantedBy = [ "timers.target" ];
      timerConfig = {
        OnBootSec = "5min";
        OnUnitActiveSec = "10min";
      };
    };
  };
}
