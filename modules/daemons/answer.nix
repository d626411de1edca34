# rampart-answer: the words of what Traefik refuses; and the self-test, which fires at this host what it must refuse.
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
    name = "answer";
    package = "rampart-guard";
    title = "the refusals";
  };
in
{
  imports = [
    ../host.nix
    ../parts/programs.nix
    ../parts/units.nix
  ];

  inherit (own) options;

  config = lib.mkIf (cfg.host ? services.rampart-answer) {
    systemd.services = {
      rampart-answer = {
        description = "Refusals of the gateway";
        wantedBy = [ "multi-user.target" ];
        serviceConfig = own.service // {
          DynamicUser = true;
          LimitNOFILE = 4096;
          # Trap: journald drops what is above 10,000 lines in half a minute, and every record counts here.
          LogRateLimitIntervalSec = 0;
        };
      };

      rampart-selftest = {
        description = "What must be refused is refused by this host";
        wantedBy = [ "multi-user.target" ];
        # The host is up without it: behind the gateway the core may still be off, and the test is patient.
        after = [
          "multi-user.target"
          "traefik.service"
          "rampart-answer.service"
        ];
        wants = [
          "traefik.service"
          "rampart-answer.service"
        ];
        # New rules, new test.
        restartTriggers = [ (builtins.toJSON cfg.settings.traefik) ];
        serviceConfig =
          hardening.strict
          // hardening.relax.unixSockets
          // {
            Type = "oneshot";
            RemainAfterExit = true;
            ExecStart = "${own.exe} selftest --config ${own.file}";
            DynamicUser = true;
            IPAddressDeny = "any";
            IPAddressAllow = "localhost";
            SocketBindDeny = "any";
            MemoryMax = "64M";
            MemorySwapMax = 0;
            TasksMax = 16;
          };
      };
    };
  };
}
