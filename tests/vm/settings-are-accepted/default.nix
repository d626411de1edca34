# See script.py. The machines are those of the example fleet; the client also has every daemon, and the rendered hosts
# of every fleet of the repository.
{ self, pkgs }:
{
  imports = [ (import ../fleet.nix { inherit self pkgs; }) ];
  nodes.client =
    { pkgs, ... }:
    {
      nixpkgs.overlays = [
        self.overlays.default
        self.overlays.newer
      ];
      environment.etc."rampart/fleets".source = pkgs.linkFarm "rendered-fleets" {
        example = ../../../hosts/generated;
        dmz = ../../../templates/dmz/hosts/generated;
        small = ../../../templates/small/hosts/generated;
        choices = ../../fleets/choices/hosts/generated;
        directory = ../../fleets/directory/hosts/generated;
        edge-media = ../../fleets/edge-media/hosts/generated;
        linked = ../../fleets/linked/hosts/generated;
      };
      environment.systemPackages = [
        pkgs.livekit
        pkgs.lk-jwt-service
        pkgs.matrix-tuwunel
        pkgs.openssh
        pkgs.rampart-bot
        pkgs.rampart-broker
        pkgs.rampart-enrol
        pkgs.rampart-guard
        pkgs.rampart-steer
        pkgs.redis
        pkgs.traefik
        pkgs.wireguard-tools
      ];
    };
}
