{
  description = "Rampart: a sovereign Matrix fleet on NixOS from one manifest";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";
    # Only for overlays.newer: daemons whose stable version is below a security floor.
    nixpkgs-unstable.url = "github:NixOS/nixpkgs/nixos-unstable";
    disko.url = "github:nix-community/disko";
    disko.inputs.nixpkgs.follows = "nixpkgs";
    # Source trees: one file of each is used, and their own inputs (flake-utils, flake-compat …) would only lengthen the
    # lock file of everybody who uses Rampart.
    colmena.url = "github:zhaofengli/colmena";
    colmena.flake = false;
    deploy-rs.url = "github:serokell/deploy-rs";
    deploy-rs.flake = false;
  };

  outputs =
    {
      self,
      nixpkgs,
      nixpkgs-unstable,
      disko,
      colmena,
      deploy-rs,
    }:
    let
      inherit (nixpkgs) lib;
      # `forEachSystem f` = { <system> = f <package set>; }
      forEachSystem =
        f: lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (s: f nixpkgs.legacyPackages.${s});
      # One attribute of every system's value.
      pick = name: lib.mapAttrs (_: value: value.${name});

      fleet = import ./hosts { inherit (self.lib) mkFleet; };
      crates = forEachSystem (pkgs: import ./crates { inherit pkgs; });
      tests = forEachSystem (pkgs: import ./tests { inherit self pkgs; });
    in
    {
      inherit (fleet) nixosConfigurations colmenaHive deploy;

      nixosModules = import ./modules { inherit disko; };
      overlays = import ./modules/overlays.nix { inherit nixpkgs-unstable; };
      templates = import ./templates;
      lib.mkFleet = import ./modules/lib/fleet.nix {
        inherit nixpkgs colmena deploy-rs;
        inherit (self) nixosModules overlays;
      };

      packages = pick "packages" crates;
      devShells = pick "devShells" crates;
      formatter = pick "formatter" crates;
      apps = lib.mapAttrs (_: packages: {
        default = {
          type = "app";
          program = lib.getExe packages.rampart;
          meta.description = "The operator's command";
        };
      }) self.packages;

      checks = pick "checks" tests;
      legacyPackages = pick "legacyPackages" tests;
    };
}
