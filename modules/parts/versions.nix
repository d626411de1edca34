# Versions of the daemons that run on this host: none below its floor, and each takes the settings that were rendered.
{ config, lib, ... }:
let
  cfg = config.rampart;
  sets = import ../lib/sets.nix { inherit lib; };
  table = import ../lib/daemons.nix { inherit lib; };

  units = lib.attrNames (cfg.host.services or { });
  here = lib.filterAttrs (_: daemon: lib.any (lib.hasPrefix daemon.unit) units) table.daemons;
  versionOf = name: lib.getVersion cfg.${name}.package;

  say = name: text: "${cfg.host.facts.host}: ${name} ${versionOf name} ${text}";

  # Every floor that the package of a daemon misses: { reached, message }.
  missed = lib.concatLists (
    lib.mapAttrsToList (
      name: daemon:
      let
        isMissed = floor: table.concerns cfg.host floor && !table.isMet (versionOf name) floor;
      in
      map (floor: {
        inherit (floor) reached;
        message = say name "is below ${floor.atLeast}: ${floor.reason}. Give a newer one with rampart.${name}.package.";
      }) (lib.filter isMissed daemon.floors)
    ) here
  );

  # The package takes other keys than those that were rendered: the daemon would stop at one, or go without one.
  rendered =
    name: daemon:
    let
      differences = table.differences daemon cfg.versions.${name} (versionOf name);
    in
    {
      assertion = differences == [ ];
      message = say name ''
        is not what its settings were rendered for, ${cfg.versions.${name}}: the two differ in ${lib.concatStringsSep ", " differences}.
        Set `${daemon.option} = "${versionOf name}"` in hosts/fleet.toml and run `rampart render`.'';
    };
in
{
  imports = [
    ../host.nix
    (sets.module "versions")
  ];

  config = lib.mkIf (cfg.hostFile != null) {
    assertions =
      map (floor: {
        assertion = !floor.reached;
        inherit (floor) message;
      }) missed
      ++ lib.mapAttrsToList rendered here;

    warnings = map (floor: floor.message) (lib.filter (floor: !floor.reached) missed);
  };
}
