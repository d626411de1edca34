# nixosModules: one for each role, and `default` with all of them. A role imports the parts and daemons it needs.
{ disko }:
let
  # The disks are disko's. Only its options are needed; a host without Rampart's host file gets nothing of them.
  withDisko = module: {
    imports = [
      disko.nixosModules.disko
      module
    ];
  };

  roles = {
    gateway = ./roles/gateway.nix;
    core = ./roles/core.nix;
    edge = ./roles/edge.nix;
    dmz = ./roles/dmz.nix;
  };
in
builtins.mapAttrs (_: withDisko) (roles // { default.imports = builtins.attrValues roles; })
