# An error about an option of Rampart names the file that declares it.
{
  host = "edge-lon";
  module =
    { lib, ... }:
    {
      options.rampart.edge.turn.port = lib.mkOption { type = lib.types.str; };
    };
  message = "crates/settings/src/edge.rs";
}
