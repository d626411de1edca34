# rampart-steer: tells each client the closest media server.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.rampart;
  hardening = import ../lib/hardening.nix;

  plain = pkgs.writeText "rampart-steer.json" (builtins.toJSON cfg.settings.rampart-steer);

  # The program that will read the file checks it first, on the machine that builds.
  checked = pkgs.runCommand "rampart-steer.json" { } ''
    ${lib.getExe cfg.steer.checkPackage} check-config ${plain}
    cp ${plain} $out
  '';
in
{
  imports = [
    ../host.nix
    ../parts/units.nix
  ];

  options.rampart.steer = {
    package = lib.mkOption {
      type = lib.types.package;
      default = (import ../../crates { inherit pkgs; }).packages.rampart-steer;
      defaultText = lib.literalMD "`rampart-steer` of this repository";
      description = "Package of steering.";
    };
    checkPackage = lib.mkOption {
      type = lib.types.package;
      default = (import ../../crates { pkgs = pkgs.buildPackages; }).packages.rampart-steer;
      defaultText = lib.literalMD "`rampart-steer` of this repository, for the platform that builds";
      description = "Package that checks the settings of steering when the host is built.";
    };
  };

  config = lib.mkIf (cfg.host ? services.rampart-steer) {
    # `rampart-steer drain` and `status`, for administrators and for `rampart edge`.
    environment.systemPackages = [ cfg.steer.package ];

    systemd.services.rampart-steer = {
      description = "Steering of clients to the closest media server";
      wantedBy = [ "multi-user.target" ];
      serviceConfig =
        hardening.strict
        // hardening.relax.unixSockets
        // {
          Type = "notify";
          ExecStart = "${lib.getExe cfg.steer.package} run --config ${checked}";
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
