# All that an edge of a backbone can write, which has a relay.
let
  edge = import ../edge-writes.nix;
in
{
  fleet = "edge-media";
  host = "edge-nyc";
  module = { };
  inherit (edge) value;
  expected = edge.expected // {
    services = [
      "coturn"
      "livekit"
      "traefik"
    ];
  };
}
