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
  own = import ../lib/program.nix { inherit config lib pkgs; } {
    name = "guard";
    title = "the guard";
  };
  user = "rampart-guard";
  settings = cfg.settings.rampart-guard;

  # At a fixed path, so that a new policy is a reload and no connection is cut.
  file = "rampart/rampart-guard.json";
in
{
  imports = [
    ../host.nix
    ../parts/programs.nix
    ../parts/units.nix
  ];

  inherit (own) options;

  config = lib.mkIf (cfg.host ? services.rampart-guard) {
    users.users.${user} = {
      isSystemUser = true;
      group = user;
    };
    users.groups.${user} = { };

    environment.etc.${file}.source = own.file;
    # `rampart-guard judge` and `survey`, for administrators and reviewers.
    environment.systemPackages = [ cfg.guard.package ];

    systemd.services.rampart-guard = {
      description = "Guard of the homeserver";
      wantedBy = [ "multi-user.target" ];
      # What a running guard takes over is reloaded; everything else restarts it.
      reloadTriggers = [ own.file ];
      restartTriggers = [
        (builtins.toJSON (removeAttrs settings cfg.host.units.rampart-guard.reloaded))
      ];
      serviceConfig =
        own.service
        // hardening.relax.foreignGroup
        // {
          # A reload is over when the guard says so, and a file that it refuses leaves the old policy in force.
          Type = "notify-reload";
          ExecStart = "${own.exe} run --config /etc/${file}";
          # A static user: the enrolment page joins its group, and a dynamic group exists only while the guard runs.
          User = user;
          Group = user;
          # The homeserver's socket. One of its two members; daemons/tuwunel.nix counts them.
          SupplementaryGroups = [ "tuwunel" ];
          RuntimeDirectory = "rampart-guard";
          RuntimeDirectoryMode = "0750";
          # Trap: journald drops what is above 10,000 lines in half a minute, and every record counts here.
          LogRateLimitIntervalSec = 0;
          # Trap: systemd's soft limit is 1024 files. A connection takes two, on each of two doors.
          LimitNOFILE = 32768;
        };
    };

    assertions = [
      {
        assertion = cfg.audit.enable -> "${config.environment.etc.${file}.source}" == "${own.file}";
        message = ''
          ${cfg.host.facts.host}: environment.etc."${file}" set in Nix, past the check of the audit profile. Use the options of
          rampart.* or the manifest, which are checked.
        '';
      }
    ];
  };
}
