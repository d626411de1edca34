# What must evaluate to a certain value, one file for each: { host, module, value, expected }, where `value` is a function
# of the configuration; `fleet` is one of fleets.nix, without it the example.
{ self, pkgs }:
let
  inherit (pkgs) lib;
  fleets = import ../fleets.nix { inherit self lib; };
  folder = ./accepted;
  names = map (lib.removeSuffix ".nix") (lib.attrNames (builtins.readDir folder));

  case =
    name:
    let
      given = import (folder + "/${name}.nix");
      host = fleets.${given.fleet or "example"}.nixosConfigurations.${given.host}.extendModules {
        modules = [ given.module ];
      };
      value = given.value host.config;
    in
    if value == given.expected then
      pkgs.runCommand "accepted-${name}" { } "touch $out"
    else
      throw "${name}: got ${lib.generators.toPretty { } value}, expected ${
        lib.generators.toPretty { } given.expected
      }";
in
lib.genAttrs names case
