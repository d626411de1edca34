# A media server of a region. Nothing of the users is on its disk.
{ config, lib, ... }:
let
  cfg = config.rampart;
in
{
  imports = [
    ../parts
    ../daemons/traefik.nix
    ../daemons/livekit.nix
    ../daemons/coturn.nix
    ((import ../lib/sets.nix { inherit lib; }).module "edge")
  ];

  config = lib.mkIf (cfg.host ? options.edge) {
    rampart.livekit.drainTime = cfg.edge.livekit.drainTime;
  };
}
