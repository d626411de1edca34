# One option set as a pair of modules: its options, and the values that Rust rendered for this host.
{ lib }:
let
  options = import ./options.nix { inherit lib; };
  description = set: lib.importJSON ../generated/${set}.json;

  # `_file` shows in every message about such a value: the reader learns where it comes from and where to change it.
  values =
    set:
    { config, ... }:
    let
      inherit (config.rampart) host hostFile;
    in
    {
      _file = "${toString hostFile} (rendered from hosts/fleet.toml by `rampart render`)";
      key = "rampart.${set}.values";
      config.rampart.${set} = options.definitionsOf (description set).options (
        host.options.${set} or { }
      );
    };
in
{
  inherit description;

  module = set: {
    imports = [
      (options.moduleOf (description set))
      (values set)
    ];
  };
}
