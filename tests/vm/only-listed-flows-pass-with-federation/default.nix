# See script.py. The machines are those of a fleet whose guests' server federates with its own.
{ self, pkgs }:
import ../fleet.nix {
  inherit self pkgs;
  fleet = ../../fleets/linked/hosts;
}
