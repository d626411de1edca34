# See script.py. The machines are those of a fleet with a backbone.
{ self, pkgs }:
import ../fleet.nix {
  inherit self pkgs;
  fleet = ../../fleets/edge-media/hosts;
}
