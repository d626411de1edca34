# The reference of all `rampart.*` options, from the options themselves. A missing description fails.
{ self, pkgs }:
let
  inherit (pkgs) lib;
  evaluation = lib.evalModules {
    modules = [
      self.nixosModules.default
      {
        # Everything of NixOS itself stays undeclared: only the options of Rampart are wanted.
        _module.check = false;
        _module.args = {
          inherit pkgs;
          utils = { };
        };
      }
    ];
  };
in
pkgs.nixosOptionsDoc {
  options = { inherit (evaluation.options) rampart; };
  # Paths of the store in the document would change with every commit.
  transformOptions =
    option:
    option
    // {
      declarations = map (file: lib.removePrefix "${self}/" (toString file)) option.declarations;
    };
}
