# The few other files that Rust wrote out in full.
{ config, lib, ... }:
let
  cfg = config.rampart;
  relative =
    path:
    if lib.hasPrefix "/etc/" path then
      lib.removePrefix "/etc/" path
    else
      throw "${toString cfg.hostFile}: files.\"${path}\": only files below /etc are laid down";
in
{
  imports = [ ../host.nix ];

  config.environment.etc = lib.mapAttrs' (
    path: file: lib.nameValuePair (relative path) { inherit (file) text mode; }
  ) (cfg.host.files or { });
}
