# `deploy-rs.lib.<system>.activate`, without the inputs of its flake. The library is defined in its overlay; the program
# that runs on the host comes from nixpkgs, where it is built already.
{ deploy-rs, nixpkgs }:
let
  outputs = (import (deploy-rs + "/flake.nix")).outputs {
    self = deploy-rs;
    inherit nixpkgs;
    # The part of its flake that needs flake-utils is packages and tests, none of which is used.
    utils.lib = {
      eachSystem = _systems: _outputs: { };
      defaultSystems = [ ];
    };
  };
  activateFor =
    system: pkgs:
    (outputs.overlays.default (pkgs // { deploy-rs = { inherit (pkgs) deploy-rs; }; }) pkgs)
    .deploy-rs.lib.activate;
in
builtins.mapAttrs activateFor nixpkgs.legacyPackages
