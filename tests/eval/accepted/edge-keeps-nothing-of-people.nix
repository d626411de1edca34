# All that an edge can write (edge-writes.nix), of one that is a focus of its own.
let
  edge = import ../edge-writes.nix;
in
{
  host = "edge-lon";
  module = { };
  inherit (edge) value expected;
}
