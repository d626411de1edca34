# Homeserver, token services, the primary media server and its relay; hub of the tunnel.
{ config, lib, ... }:
let
  cfg = config.rampart;
in
{
  imports = [
    ../parts
    ../daemons/tuwunel.nix
    ../daemons/guard.nix
    ../daemons/broker.nix
    ../daemons/bot.nix
    ../daemons/redis.nix
    ../daemons/livekit.nix
    ../daemons/token-service.nix
    ../daemons/steer.nix
    ../daemons/coturn.nix
    ((import ../lib/sets.nix { inherit lib; }).module "core")
  ];

  # A core without public media has no media server: its patience alone would make a unit.
  config = lib.mkIf (cfg.host ? options.core && cfg.host ? services.livekit) {
    rampart.livekit.drainTime = cfg.core.livekit.drainTime;
  };
}
