# Each module alone. With an empty configuration it must change nothing at all: the system is the same as without it.
{
  self,
  pkgs,
  evaluated,
}:
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
  bare = toplevelWith [ disko ];

  alone =
    name: module:
    let
      drvPath = toplevelWith [
        disko
        module
      ];
    in
    evaluated "module-${name}" (
      if drvPath == bare then
        drvPath
      else
        throw "module ${name} changes the system though rampart.hostFile is null: ${drvPath} is not ${bare}"
    );

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
lib.mapAttrs alone (
  {
    host = root + "/host.nix";
  }
  // filesIn "parts"
  // filesIn "daemons"
  // filesIn "roles"
  // {
    inherit (self.nixosModules) default;
  }
)
