# What Rust generated and git keeps is what Rust generates now.
{ self, pkgs }:
let
  inherit (pkgs) lib;
  rampart = lib.getExe self.packages.${pkgs.stdenv.hostPlatform.system}.rampart;
  check =
    name: folder:
    pkgs.runCommand "fresh-${name}" { } ''
      ${rampart} render --check --fleet ${folder} || {
        echo "Run: cargo run --release -- render --fleet ${baseNameOf folder}" >&2
        exit 1
      }
      touch $out
    '';
in
{
  example = check "example" ../hosts;
}
// lib.mapAttrs (name: template: check name (template.path + "/hosts")) self.templates
// lib.mapAttrs (name: _: check name (./fleets + "/${name}/hosts")) (builtins.readDir ./fleets)
