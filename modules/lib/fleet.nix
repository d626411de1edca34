# mkFleet: a folder of rendered hosts → the outputs that nixos-rebuild, colmena and deploy take.
#
#   <src>/generated/<host>.json   what `rampart render` wrote: the host exists because this file does
#   <src>/<host>/hardware.nix     what the machine needs, when there is such a file
#   <src>/<host>/default.nix      anything else for this host, when there is such a file
{
  nixpkgs,
  colmena,
  deploy-rs,
  nixosModules,
  overlays,
}:
{
  src,
  # Modules for every host.
  modules ? [ ],
  specialArgs ? { },
  # Folder on the operator's machine, `<folder>/<host>/<secret>`, for the secrets provider `colmena`. A string, because a
  # path would be copied into the store.
  secretsFolder ? null,
}:
let
  inherit (nixpkgs) lib;
  generated = src + "/generated";

  isHostFile = name: type: type == "regular" && lib.hasSuffix ".json" name;
  hostNames = map (lib.removeSuffix ".json") (
    lib.attrNames (lib.filterAttrs isHostFile (builtins.readDir generated))
  );

  hostFile = name: generated + "/${name}.json";
  # Reading facts here, and not through an evaluated host, is what keeps `colmena` and `deploy` lists cheap.
  hosts = lib.genAttrs hostNames (name: lib.importJSON (hostFile name));

  # What `overlays.newer` picks, for the daemons of the host. Not as an overlay: nixpkgs copies all of its names for one, at
  # every stage of its bootstrap.
  newerDaemons =
    { options, pkgs, ... }:
    let
      newer = overlays.newer pkgs pkgs;
      here = lib.intersectAttrs options.rampart (import ./daemons.nix { inherit lib; }).daemons;
    in
    {
      rampart = lib.mapAttrs (_: daemon: { package = lib.mkDefault newer.${daemon.package}; }) here;
    };

  hostModules =
    name: host:
    [
      nixosModules.${host.facts.role}
      { rampart.hostFile = hostFile name; }
      newerDaemons
    ]
    ++ lib.filter builtins.pathExists [
      (src + "/${name}/hardware.nix")
      (src + "/${name}/default.nix")
    ]
    ++ modules;

  nixosConfigurations = lib.mapAttrs (
    name: host:
    lib.nixosSystem {
      inherit specialArgs;
      modules = hostModules name host;
    }
  ) hosts;

  # Trap: colmena's default is to upload keys at every apply and to put them on a tmpfs; the units that need one say so
  # themselves, so nothing here restarts them.
  colmenaKey = name: secretName: secret: {
    keyFile = "${secretsFolder}/${name}/${secretName}";
    destDir = dirOf secret.path;
    inherit (secret) user group;
    permissions = secret.mode;
  };

  colmenaNode = name: host: {
    imports = hostModules name host;
    deployment = {
      targetHost = host.facts.deployAddress;
      inherit (host.facts) tags;
      keys = lib.mkIf (secretsFolder != null && host.options.secrets.provider == "colmena") (
        lib.mapAttrs (secretName: secret: colmenaKey name secretName (secret // { user = secret.owner; })) (
          import ./runtime-secrets.nix host.secrets
        )
      );
    };
  };

  # Colmena's `lib.makeHive` is this call; its flake is not used because its own inputs would join our lock file.
  colmenaHive = import (colmena + "/src/nix/hive/eval.nix") {
    hermetic = true;
    rawHive = lib.mapAttrs colmenaNode hosts // {
      meta = {
        # Only for colmena's own use: each host has the system of its facts.
        nixpkgs = import nixpkgs { system = "x86_64-linux"; };
        inherit specialArgs;
      };
    };
  };

  activate = import ./deploy-rs.nix { inherit deploy-rs nixpkgs; };

  deploy = {
    # A host that does not answer after the switch goes back to what it was.
    magicRollback = true;
    autoRollback = true;
    sshUser = "root";
    user = "root";
    nodes = lib.mapAttrs (name: host: {
      hostname = host.facts.deployAddress;
      profiles.system.path = activate.${host.facts.system}.nixos nixosConfigurations.${name};
    }) hosts;
  };
in
{
  inherit nixosConfigurations colmenaHive deploy;
}
