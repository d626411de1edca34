# Stories of whole machines, one folder for each promise:
#   vm/<promise>/default.nix   { self, pkgs } → the machines, as a module of the NixOS test framework
#   vm/<promise>/script.py     what happens
{ self, pkgs }:
let
  inherit (pkgs) lib;
  folder = ./vm;
  isStory = _: type: type == "directory";
  names = lib.attrNames (lib.filterAttrs isStory (builtins.readDir folder));

  story =
    name:
    pkgs.testers.runNixOSTest {
      imports = [ (import (folder + "/${name}") { inherit self pkgs; }) ];
      inherit name;
      testScript = builtins.readFile (folder + "/${name}/script.py");
    };
in
lib.optionalAttrs (builtins.pathExists folder) (lib.genAttrs names story)
