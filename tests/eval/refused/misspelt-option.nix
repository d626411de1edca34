# A misspelt name is an error with a suggestion, not a setting that has no effect.
{
  host = "edge-lon";
  module.rampart.edge.livekit.drainTme = "8h";
  message = "rampart.edge.livekit.drainTme";
}
