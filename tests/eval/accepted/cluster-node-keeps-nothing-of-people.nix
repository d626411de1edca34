# All that a node of a cluster can write: its Redis is on the core.
let
  edge = import ../edge-writes.nix;
in
{
  host = "edge-tyo-1";
  module = { };
  inherit (edge) value expected;
}
