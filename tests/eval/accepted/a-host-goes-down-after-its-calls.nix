{
  host = "edge-nyc";
  fleet = "edge-media";
  module.rampart.edge.livekit.drainTime = "9h";
  value = config: {
    # What is after a unit is stopped before it.
    stopsFirst = map (unit: builtins.elem unit config.systemd.services.livekit.after) [
      "traefik.service"
      "coturn.service"
      "rampart-tunnel.service"
    ];
    atMost = map (name: config.systemd.targets.${name}.unitConfig.JobTimeoutSec) [
      "poweroff"
      "reboot"
    ];
  };
  expected = {
    stopsFirst = [
      true
      true
      true
    ];
    atMost = [
      "9h 30min"
      "9h 30min"
    ];
  };
}
