# Stories of whole machines, one folder for each promise:
#   vm/<promise>/default.nix   { self, pkgs } → the machines, as a module of the NixOS test framework
#   vm/<promise>/script.py     what happens; after the first line `# opening: <file>`, that file of vm/ goes before it, and
#                              so on
{ self, pkgs }:
let
  inherit (pkgs) lib;
  folder = ./vm;
  isStory = _: type: type == "directory";
  names = lib.attrNames (lib.filterAttrs isStory (builtins.readDir folder));

  scriptOf =
    file:
    let
      script = builtins.readFile file;
      opening = builtins.match "# opening: ([a-z-]+[.]py)" (lib.head (lib.splitString "\n" script));
    in
    lib.optionalString (opening != null) (scriptOf (folder + "/${lib.head opening}")) + script;

  story =
    name:
    pkgs.testers.runNixOSTest {
      imports = [ (import (folder + "/${name}") { inherit self pkgs; }) ];
      inherit name;
      testScript = scriptOf (folder + "/${name}/script.py");
    };
in
lib.optionalAttrs (builtins.pathExists folder) (lib.genAttrs names story)
