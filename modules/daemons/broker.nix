# rampart-broker: a closed list of verbs before the homeserver's admin API.
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
    name = "broker";
    title = "the broker";
  };
  user = "rampart-broker";

  environment = "/run/rampart-bootstrap/tuwunel.env";
in
{
  imports = [
    ../host.nix
    ../parts/programs.nix
    ../parts/units.nix
  ];

  inherit (own) options;

  config = lib.mkIf (cfg.host ? services.rampart-broker) {
    users.users.${user} = {
      isSystemUser = true;
      group = user;
    };
    users.groups.${user} = { };

    # `rampart-broker account` and `ledger`, for administrators, find their configuration here.
    environment.etc."rampart/rampart-broker.json".source = own.file;
    environment.systemPackages = [ cfg.broker.package ];

    systemd.services = {
      rampart-broker = {
        description = "Broker of the homeserver's admin API";
        wantedBy = [ "multi-user.target" ];
        serviceConfig =
          own.service
          // hardening.relax.foreignGroup
          // {
            # Does what is missing: waits for the homeserver, changes the one-time password, keeps a token.
            ExecStartPre = "${own.exe} bootstrap --config ${own.file}";
            TimeoutStartSec = "5min";
            # A static user: whoever may ask joins its group, and a dynamic group exists only while the broker runs.
            User = user;
            Group = user;
            # The homeserver's socket. One of its two members; daemons/tuwunel.nix counts them.
            SupplementaryGroups = [ "tuwunel" ];
            RuntimeDirectory = "rampart-broker";
            RuntimeDirectoryMode = "0750";
            StateDirectory = "rampart-broker";
            StateDirectoryMode = "0700";
          };
      };

      # The homeserver makes its administrator at its start, with a password that is good for one log-in. systemd reads
      # the environment as root, so that the password is in no argument and in no file that another user can read.
      rampart-bootstrap = {
        description = "Environment with which the homeserver makes its administrator";
        requiredBy = [ "tuwunel.service" ];
        before = [ "tuwunel.service" ];
        serviceConfig = hardening.strict // {
          Type = "oneshot";
          RemainAfterExit = true;
          LoadCredential = "homeserver-bootstrap:${cfg.host.secrets.homeserver-bootstrap.path}";
          RuntimeDirectory = "rampart-bootstrap";
          RuntimeDirectoryMode = "0700";
          # Trap: systemd opens StandardOutput before it makes the runtime directory.
          ExecStart = "${own.exe} environment %d/homeserver-bootstrap ${environment}";
        };
      };

      tuwunel.serviceConfig.EnvironmentFile = environment;
    };
  };
}
