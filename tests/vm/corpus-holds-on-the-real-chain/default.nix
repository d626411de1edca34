# See script.py. The machines are those of the example fleet; the client also has the corpus.
{ self, pkgs }:
{
  imports = [ (import ../fleet.nix { inherit self pkgs; }) ];
  nodes.client.environment.etc."rampart/cases".source = ../../../crates/ingress/tests/cases;
}
