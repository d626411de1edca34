# rampart-enrol: the page on which guests make their accounts.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.rampart;
  hardening = import ../lib/hardening.nix;
  own = import ../lib/program.nix { inherit config lib pkgs; } {
    name = "enrol";
    title = "the enrolment page";
  };
in
{
  imports = [
    ../host.nix
    ../parts/programs.nix
    ../parts/units.nix
  ];

  inherit (own) options;

  config = lib.mkIf (cfg.host ? services.rampart-enrol) {
    systemd.services.rampart-enrol = {
      description = "Enrolment page";
      wantedBy = [ "multi-user.target" ];
      serviceConfig =
        own.service
        // hardening.relax.foreignGroup
        // {
          # It keeps nothing, so nothing needs an owner.
          DynamicUser = true;
          # The guard's socket that registers, and the broker's. No other program is in these groups.
          SupplementaryGroups = [
            "rampart-guard"
            "rampart-broker"
          ];
        };
    };
  };
}
