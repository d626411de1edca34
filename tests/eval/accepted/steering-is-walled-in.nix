# The walls around steering as systemd gets them: it speaks to the gateway and to the media servers, holds no secret, and
# keeps nothing but the names of draining hosts.
{
  host = "core-fra";
  module.rampart.core.steering.geoipDatabase = "/var/lib/geoip/city.mmdb";
  value =
    config:
    let
      unit = config.systemd.services.rampart-steer;
    in
    {
      inherit (unit.serviceConfig)
        CapabilityBoundingSet
        DynamicUser
        IPAddressAllow
        IPAddressDeny
        LoadCredential
        MemorySwapMax
        ProtectSystem
        RestrictAddressFamilies
        SocketBindAllow
        SocketBindDeny
        StateDirectory
        ;
      database = config.rampart.settings.rampart-steer.geoipDatabase;
      # A media server's health closes before the server is told to stop.
      inherit (config.systemd.sockets.livekit-health) after partOf wantedBy;
    };
  expected = {
    CapabilityBoundingSet = "";
    DynamicUser = true;
    IPAddressAllow = [
      "localhost"
      "10.77.0.1"
      "10.77.0.2"
      "10.77.0.4"
      "10.77.0.5"
      "10.77.0.6"
      "10.77.0.7"
      "10.77.0.8"
    ];
    IPAddressDeny = "any";
    LoadCredential = [ ];
    MemorySwapMax = 0;
    ProtectSystem = "strict";
    RestrictAddressFamilies = [
      "AF_INET"
      "AF_INET6"
      "AF_UNIX"
    ];
    SocketBindAllow = [
      "tcp:8020"
      "tcp:9102"
    ];
    SocketBindDeny = "any";
    StateDirectory = "rampart-steer";
    database = "/var/lib/geoip/city.mmdb";
    after = [ "livekit.service" ];
    partOf = [ "livekit.service" ];
    wantedBy = [ "livekit.service" ];
  };
}
