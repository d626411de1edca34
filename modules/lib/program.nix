# What the programs of this repository have in common on a host: where each comes from, and its configuration file, which
# the program that will read it checks first, on the machine that builds. A module that uses this imports parts/programs.nix.
{
  config,
  lib,
  pkgs,
}:
{
  # Its set of options, `rampart.<name>`; the program and its unit are `rampart-<name>`.
  name,
  # The package that has it.
  package ? "rampart-${name}",
  # How it is called in a sentence.
  title,
}:
let
  cfg = config.rampart;
  program = "rampart-${name}";
  plain = pkgs.writeText "${program}.json" (builtins.toJSON cfg.settings.${program});
  hardening = import ./hardening.nix;

  exe = lib.getExe' cfg.${name}.package program;

  file = pkgs.runCommand "${program}.json" { } ''
    ${lib.getExe' cfg.${name}.checkPackage program} check-config ${plain}
    cp ${plain} $out
  '';
in
{
  inherit exe file;

  # How each of them is run. AF_UNIX for sd_notify, if for nothing else.
  service =
    hardening.strict
    // hardening.relax.unixSockets
    // {
      Type = "notify";
      ExecStart = "${exe} run --config ${file}";
    };

  options.rampart.${name} = {
    package = lib.mkOption {
      type = lib.types.package;
      default = cfg.programs.host.${package};
      defaultText = lib.literalMD "`${package}` of this repository";
      description = "Package of ${title}.";
    };
    checkPackage = lib.mkOption {
      type = lib.types.package;
      default = cfg.programs.builder.${package};
      defaultText = lib.literalMD "`${package}` of this repository, for the platform that builds";
      description = "Package that checks the configuration of ${title} when the host is built.";
    };
  };
}
