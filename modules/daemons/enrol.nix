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

  plain = pkgs.writeText "rampart-enrol.json" (builtins.toJSON cfg.settings.rampart-enrol);

  # The program that will read the file checks it first, on the machine that builds.
  checked = pkgs.runCommand "rampart-enrol.json" { } ''
    ${lib.getExe cfg.enrol.checkPackage} check-config ${plain}
    cp ${plain} $out
  '';
in
{
  imports = [
    ../host.nix
    ../parts/units.nix
  ];

  options.rampart.enrol = {
    package = lib.mkOption {
      type = lib.types.package;
      default = (import ../../crates { inherit pkgs; }).packages.rampart-enrol;
      defaultText = lib.literalMD "`rampart-enrol` of this repository";
      description = "Package of the enrolment page.";
    };
    checkPackage = lib.mkOption {
      type = lib.types.package;
      default = (import ../../crates { pkgs = pkgs.buildPackages; }).packages.rampart-enrol;
      defaultText = lib.literalMD "`rampart-enrol` of this repository, for the platform that builds";
      description = "Package that checks the page's configuration when the host is built.";
    };
  };

  config = lib.mkIf (cfg.host ? services.rampart-enrol) {
    systemd.services.rampart-enrol = {
      description = "Enrolment page";
      wantedBy = [ "multi-user.target" ];
      serviceConfig =
        hardening.strict
        // hardening.relax.unixSockets
        // hardening.relax.foreignGroup
        // {
          Type = "notify";
          ExecStart = "${lib.getExe cfg.enrol.package} run --config ${checked}";
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
