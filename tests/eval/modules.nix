# Each module alone, and `bare`, the system without any. With an empty configuration a module must change nothing at all: all
# of these are the same derivation. `cargo xtask eval` compares them, so that none has to evaluate `bare` again.
{ self, pkgs }:
let
  inherit (pkgs) lib;
  root = ../../modules;

  # The smallest system that can be evaluated to the end.
  minimal = {
    boot.isContainer = true;
    nixpkgs.hostPlatform = pkgs.stdenv.hostPlatform.system;
    system.stateVersion = "26.05";
    documentation.enable = false;
  };
  toplevelWith =
    modules:
    (import (pkgs.path + "/nixos/lib/eval-config.nix") {
      system = null;
      modules = [ minimal ] ++ modules;
    }).config.system.build.toplevel.drvPath;

  # disko is an input and its options are used by parts/disk.nix and parts/platform.nix.
  disko = self.inputs.disko.nixosModules.disko;
  alone =
    module:
    toplevelWith [
      disko
      module
    ];

  filesIn =
    folder:
    lib.mapAttrs'
      (
        file: _: lib.nameValuePair "${folder}-${lib.removeSuffix ".nix" file}" (root + "/${folder}/${file}")
      )
      (
        lib.filterAttrs (file: _: lib.hasSuffix ".nix" file && file != "default.nix") (
          builtins.readDir (root + "/${folder}")
        )
      );
in
lib.mapAttrs (_: alone) (
  {
    bare = { };
    host = root + "/host.nix";
  }
  // filesIn "parts"
  // filesIn "daemons"
  // filesIn "roles"
  // {
    inherit (self.nixosModules) default;
  }
)
