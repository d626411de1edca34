# What our modules cost: one host through them, and the same host by hand (edge-lon.nix). `cargo xtask bench` evaluates
# both; `cargo xtask eval` proves with `same` that they are one system, so that nothing is left out by hand.
{ self, pkgs }:
let
  toplevel = host: host.config.system.build.toplevel.drvPath;
  host = self.nixosConfigurations.edge-lon;
  byHand = self.inputs.nixpkgs.lib.nixosSystem {
    modules = [
      self.inputs.disko.nixosModules.disko
      ./edge-lon.nix
    ];
  };
  # The check of the final settings at build time has no counterpart by hand.
  unchecked = host.extendModules { modules = [ { rampart.check.package = null; } ]; };
in
{
  rampart = toplevel host;
  by-hand = toplevel byHand;
  unchecked = toplevel unchecked;
}
