# Each public module alone, in a system of somebody's own, with a host of the example fleet: it needs no other module, and
# nothing of `mkFleet`. (Parts and daemons are not public: they take their options from the role that imports them.)
{ self, pkgs }:
let
  examples = {
    gateway = "gw-fra";
    core = "core-fra";
    edge = "edge-lon";
    dmz = "dmz-fra";
    default = "edge-tyo-1";
  };
in
builtins.mapAttrs (
  name: module:
  (import (pkgs.path + "/nixos/lib/eval-config.nix") {
    system = null;
    modules = [
      module
      {
        nixpkgs.hostPlatform = pkgs.stdenv.hostPlatform.system;
        nixpkgs.overlays = [
          self.overlays.default
          self.overlays.newer
        ];
        system.stateVersion = "26.05";
        rampart.hostFile = ../../hosts/generated + "/${examples.${name}}.json";
      }
    ];
  }).config.system.build.toplevel
) self.nixosModules
