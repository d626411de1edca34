# The programs of this repository, for hosts and for the machine that builds them. Opened once: each opening looks at every
# source file again.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  open = pkgs: (import ../../crates { inherit pkgs; }).packages;
in
{
  options.rampart.programs = lib.mkOption {
    type = lib.types.raw;
    internal = true;
    readOnly = true;
    default = {
      host = open pkgs;
      builder =
        if lib.systems.equals pkgs.stdenv.buildPlatform pkgs.stdenv.hostPlatform then
          config.rampart.programs.host
        else
          open pkgs.buildPackages;
    };
    defaultText = lib.literalMD "the packages of this repository";
    description = "Packages of this repository: `host` runs on the host, `builder` where it is built.";
  };
}
