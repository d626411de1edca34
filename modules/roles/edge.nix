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
    # Trap: after 90 seconds systemd kills a server that waits for its calls to end.
    systemd.services.livekit.serviceConfig.TimeoutStopSec = cfg.edge.livekit.drainTime;
  };
}
