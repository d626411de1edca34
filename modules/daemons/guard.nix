# rampart-guard: the door to the homeserver for all clients.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.rampart;
  hardening = import ../lib/hardening.nix;
  user = "rampart-guard";
  settings = cfg.settings.rampart-guard;

  plain = pkgs.writeText "rampart-guard.json" (builtins.toJSON settings);

  # The program that will read the file checks it first, on the machine that builds.
  checked = pkgs.runCommand "rampart-guard.json" { } ''
    ${lib.getExe cfg.guard.checkPackage} check-config ${plain}
    cp ${plain} $out
  '';

  # At a fixed path, so that a new policy is a reload and no connection is cut.
  file = "rampart/rampart-guard.json";
in
{
  imports = [
    ../host.nix
    ../parts/units.nix
  ];

  options.rampart.guard = {
    package = lib.mkOption {
      type = lib.types.package;
      default = (import ../../crates { inherit pkgs; }).packages.rampart-guard;
      defaultText = lib.literalMD "`rampart-guard` of this repository";
      description = "Package of the guard.";
    };
    checkPackage = lib.mkOption {
      type = lib.types.package;
      default = (import ../../crates { pkgs = pkgs.buildPackages; }).packages.rampart-guard;
      defaultText = lib.literalMD "`rampart-guard` of this repository, for the platform that builds";
      description = "Package that checks the guard's configuration when the host is built.";
    };
  };

  config = lib.mkIf (cfg.host ? services.rampart-guard) {
    users.users.${user} = {
      isSystemUser = true;
      group = user;
    };
    users.groups.${user} = { };

    environment.etc.${file}.source = checked;

    systemd.services.rampart-guard = {
      description = "Guard of the homeserver";
      wantedBy = [ "multi-user.target" ];
      # What a running guard takes over is reloaded; everything else restarts it.
      reloadTriggers = [ checked ];
      restartTriggers = [
        (builtins.toJSON (removeAttrs settings cfg.host.units.rampart-guard.reloaded))
      ];
      serviceConfig =
        hardening.strict
        // hardening.relax.unixSockets
        // hardening.relax.foreignGroup
        // {
          # A reload is over when the guard says so, and a file that it refuses leaves the old policy in force.
          Type = "notify-reload";
          ExecStart = "${lib.getExe cfg.guard.package} run --config /etc/${file}";
          # A static user: the enrolment page joins its group, and a dynamic group exists only while the guard runs.
          User = user;
          Group = user;
          # The homeserver's socket. One of its two members; daemons/tuwunel.nix counts them.
          SupplementaryGroups = [ "tuwunel" ];
          RuntimeDirectory = "rampart-guard";
          RuntimeDirectoryMode = "0750";
          # Trap: systemd's soft limit is 1024 files. A connection takes two, on each of two doors.
          LimitNOFILE = 32768;
        };
    };
  };
}
