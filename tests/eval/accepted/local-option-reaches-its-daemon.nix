# A value set in Nix wins in the daemon's settings, and the neighbours of its key stay what Rust rendered.
{
  host = "edge-lon";
  module.rampart.edge.livekit.maxParticipants = 50;
  value = config: { inherit (config.services.livekit.settings.room) max_participants auto_create; };
  expected = {
    max_participants = 50;
    auto_create = false;
  };
}
