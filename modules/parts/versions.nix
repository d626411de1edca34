# Version floors (lib/floors.nix) for the daemons that run on this host.
{ config, lib, ... }:
let
  cfg = config.rampart;
  services = cfg.host.services or { };
  floors = lib.filterAttrs applies (import ../lib/floors.nix);

  applies =
    daemon: floor: services ? ${daemon} && (!floor ? onlyWith || services ? ${floor.onlyWith});

  versionOf = daemon: lib.getVersion cfg.${daemon}.package;
  isMet =
    daemon: floor:
    lib.versionAtLeast (versionOf daemon) floor.atLeast
    && !lib.elem (versionOf daemon) (floor.except or [ ]);

  message =
    daemon: floor:
    "${cfg.host.facts.host}: ${daemon} ${versionOf daemon} is below ${floor.atLeast} (${floor.reason}). "
    + "Give a newer one with rampart.${daemon}.package.";

  missed = lib.filterAttrs (daemon: floor: !isMet daemon floor) floors;
in
{
  imports = [ ../host.nix ];

  config = lib.mkIf (cfg.hostFile != null) {
    assertions = lib.mapAttrsToList (daemon: floor: {
      assertion = !floor.reached;
      message = message daemon floor;
    }) missed;

    warnings = lib.mapAttrsToList message (lib.filterAttrs (_: floor: !floor.reached) missed);
  };
}
