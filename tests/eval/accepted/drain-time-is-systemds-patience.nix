{
  host = "edge-lon";
  module.rampart.edge.livekit.drainTime = "9h";
  value = config: config.systemd.services.livekit.serviceConfig.TimeoutStopSec;
  expected = "9h";
}
