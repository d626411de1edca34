{
  host = "edge-lon";
  module.rampart.edge.livekit.rtcPortFirst = 40000;
  message = "read-only";
}
