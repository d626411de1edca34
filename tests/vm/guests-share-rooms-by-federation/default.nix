# See script.py. The machines are those of a fleet with two tenants.
{ self, pkgs }:
import ../fleet.nix {
  inherit self pkgs;
  fleet = ../../fleets/linked/hosts;
}
