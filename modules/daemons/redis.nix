# One Redis for each in-region cluster of media servers, on the core's tunnel address. What it holds survives it, and the
# core: each change is appended to a file.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.rampart;
  prefix = "redis-";
  units = lib.filterAttrs (unit: _: lib.hasPrefix prefix unit) (cfg.host.services or { });

  serverOf =
    unit: _:
    let
      redis = cfg.settings.${unit};
    in
    lib.nameValuePair (lib.removePrefix prefix unit) {
      enable = true;
      # The option is one string, though Redis takes several addresses.
      bind = lib.concatStringsSep " " redis.bind;
      # Trap: the default is 0, a socket only.
      inherit (redis) port;
      unixSocket = null;
      # Read as root before the server starts, so the file need not be readable by it.
      requirePassFile = cfg.host.secrets.${redis.password}.path;
      openFirewall = false;
      # Trap: on by default, beside the file to which each change is appended.
      save = [ ];
      # Above what the module makes of its own options, which has other places and names.
      settings = lib.mapAttrs (_: lib.mkForce) redis.settings;
    };
in
{
  imports = [
    ../host.nix
    ../parts/units.nix
  ];

  options.rampart.redis.package = lib.mkPackageOption pkgs "redis" { };

  config = lib.mkIf (units != { }) {
    services.redis = {
      package = cfg.redis.package;
      servers = lib.mapAttrs' serverOf units;
    };
  };
}
