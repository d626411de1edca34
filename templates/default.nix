# Small fleets to start from: `nix flake init -t <rampart>#<name>`. One per folder; the flake in it says what it is.
let
  isFolder = name: (builtins.readDir ./.).${name} == "directory";
  names = builtins.filter isFolder (builtins.attrNames (builtins.readDir ./.));
  template = name: {
    inherit name;
    value = {
      path = ./. + "/${name}";
      inherit (import (./. + "/${name}/flake.nix")) description;
    };
  };
in
builtins.listToAttrs (map template names)
