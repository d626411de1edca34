# What must not evaluate, one file for each: { host, module, message }. Each attribute throws when it is evaluated; the
# runner (`cargo xtask eval`) also looks for `message` in what Nix prints, because a case that fails for another reason
# proves nothing.
{ self, lib }:
let
  folder = ./refused;
  names = map (lib.removeSuffix ".nix") (lib.attrNames (builtins.readDir folder));

  case =
    name:
    let
      planted = import (folder + "/${name}.nix");
      host = self.nixosConfigurations.${planted.host}.extendModules { modules = [ planted.module ]; };
    in
    {
      inherit (planted) host message;
      evaluate = host.config.system.build.toplevel.drvPath;
    };
in
lib.genAttrs names case
