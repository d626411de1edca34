{
  host = "edge-lon";
  module = { pkgs, ... }: {
    rampart.livekit.package = pkgs.livekit.overrideAttrs { version = "1.10.0"; };
  };
  message = "livekit 1.10.0 is below";
}
