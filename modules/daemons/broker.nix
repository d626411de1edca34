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
  user = "rampart-broker";

  plain = pkgs.writeText "rampart-broker.json" (builtins.toJSON cfg.settings.rampart-broker);

  # The program that will read the file checks it first, on the machine that builds.
  checked = pkgs.runCommand "rampart-broker.json" { } ''
    ${lib.getExe cfg.broker.checkPackage} check-config ${plain}
    cp ${plain} $out
  '';

  program = lib.getExe cfg.broker.package;
  environment = "/run/rampart-bootstrap/tuwunel.env";
in
{
  imports = [
    ../host.nix
    ../parts/units.nix
  ];

  options.rampart.broker = {
    package = lib.mkOption {
      type = lib.types.package;
      default = (import ../../crates { inherit pkgs; }).packages.rampart-broker;
      defaultText = lib.literalMD "`rampart-broker` of this repository";
      description = "Package of the broker.";
    };
    checkPackage = lib.mkOption {
      type = lib.types.package;
      default = (import ../../crates { pkgs = pkgs.buildPackages; }).packages.rampart-broker;
      defaultText = lib.literalMD "`rampart-broker` of this repository, for the platform that builds";
      description = "Package that checks the broker's configuration when the host is built.";
    };
  };

  config = lib.mkIf (cfg.host ? services.rampart-broker) {
    users.users.${user} = {
      isSystemUser = true;
      group = user;
    };
    users.groups.${user} = { };

    systemd.services = {
      rampart-broker = {
        description = "Broker of the homeserver's admin API";
        wantedBy = [ "multi-user.target" ];
        serviceConfig =
          hardening.strict
          // hardening.relax.unixSockets
          // hardening.relax.foreignGroup
          // {
            Type = "notify";
            # Does what is missing: waits for the homeserver, changes the one-time password, keeps a token.
            ExecStartPre = "${program} bootstrap --config ${checked}";
            ExecStart = "${program} run --config ${checked}";
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
          ExecStart = "${program} environment %d/homeserver-bootstrap ${environment}";
        };
      };

      tuwunel.serviceConfig.EnvironmentFile = environment;
    };
  };
}
