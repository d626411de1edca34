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
  program = lib.getExe' cfg.answer.package "rampart-answer";

  plain = pkgs.writeText "rampart-answer.json" (builtins.toJSON cfg.settings.rampart-answer);

  # The program that will read the file checks it first, on the machine that builds.
  checked = pkgs.runCommand "rampart-answer.json" { } ''
    ${lib.getExe' cfg.answer.checkPackage "rampart-answer"} check-config ${plain}
    cp ${plain} $out
  '';
in
{
  imports = [
    ../host.nix
    ../parts/units.nix
  ];

  options.rampart.answer = {
    package = lib.mkOption {
      type = lib.types.package;
      default = (import ../../crates { inherit pkgs; }).packages.rampart-guard;
      defaultText = lib.literalMD "`rampart-guard` of this repository, which has both programs";
      description = "Package of the refusals.";
    };
    checkPackage = lib.mkOption {
      type = lib.types.package;
      default = (import ../../crates { pkgs = pkgs.buildPackages; }).packages.rampart-guard;
      defaultText = lib.literalMD "`rampart-guard` of this repository, for the platform that builds";
      description = "Package that checks the configuration of the refusals when the host is built.";
    };
  };

  config = lib.mkIf (cfg.host ? services.rampart-answer) {
    systemd.services = {
      rampart-answer = {
        description = "Refusals of the gateway";
        wantedBy = [ "multi-user.target" ];
        serviceConfig =
          hardening.strict
          # AF_UNIX for sd_notify alone.
          // hardening.relax.unixSockets
          // {
            Type = "notify";
            ExecStart = "${program} run --config ${checked}";
            DynamicUser = true;
            LimitNOFILE = 4096;
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
            ExecStart = "${program} selftest --config ${checked}";
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
