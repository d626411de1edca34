# What our modules cost: one host through them, and the same host by hand (edge-lon.nix). `cargo xtask bench` times both;
# `same` proves that they are one system, so that nothing is left out by hand.
{ self }:
let
  toplevel = host: host.config.system.build.toplevel.drvPath;
  host = self.nixosConfigurations.edge-lon;
  byHand = self.inputs.nixpkgs.lib.nixosSystem {
    modules = [
      self.inputs.disko.nixosModules.disko
      ./edge-lon.nix
      ./edge-lon-health.nix
      # By hand, too, somebody would take what the stable set has too old from the newer one.
      { services.traefik.package = newer.traefik; }
    ];
  };
  newer = self.inputs.nixpkgs-unstable.legacyPackages.x86_64-linux;
  # The check of the final settings at build time has no counterpart by hand.
  unchecked = host.extendModules { modules = [ { rampart.check.package = null; } ]; };
in
{
  rampart = toplevel host;
  by-hand = toplevel byHand;
  same =
    if toplevel unchecked == toplevel byHand then
      toplevel byHand
    else
      throw "edge-lon by hand is another system: ${toplevel byHand} is not ${toplevel unchecked}";
}
