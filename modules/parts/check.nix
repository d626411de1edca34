# The same program that rendered the host checks what Nix made of it: options set in Nix included. It is a derivation
# that the system depends on, so evaluation costs nothing and a wrong value stops the build, not the machine.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.rampart;
  facts = cfg.host.facts;
  judgedFile = pkgs.writeText "${facts.host}.json" (builtins.toJSON cfg.judged);
  # The guard, or who answers what Traefik denies.
  holdsProfile =
    cfg.audit.enable && (cfg.host.services ? rampart-guard || cfg.host.services ? rampart-answer);
in
{
  imports = [
    ../host.nix
    ./programs.nix
  ];

  options.rampart.check.package = lib.mkOption {
    type = lib.types.nullOr lib.types.package;
    # From the build platform: the check runs where the host is built.
    default = cfg.programs.builder.rampart;
    defaultText = lib.literalMD "`rampart` of this repository, for the platform that builds";
    description = ''
      Program that checks the final settings of the host when it is built; `null` leaves the check out, which no host may that
      holds the audit profile up.
    '';
  };

  config = lib.mkIf (cfg.hostFile != null) {
    assertions = [
      {
        assertion = holdsProfile -> cfg.check.package != null;
        message = "${facts.host}: rampart.check.package = null would leave the audit profile of this host unchecked.";
      }
    ];

    system.checks = lib.optionals (cfg.check.package != null) [
      (pkgs.runCommand "rampart-check-${facts.host}" { } ''
        ${lib.getExe cfg.check.package} check --host-json ${judgedFile}
        touch $out
      '')
    ];
  };
}
