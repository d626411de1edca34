{
  host = "core-fra";
  module = { pkgs, ... }: {
    rampart.coturn.package = pkgs.coturn.overrideAttrs { version = "99.0"; };
  };
  value =
    config:
    builtins.match ".*coturn-99.0/bin/turnserver.*" config.systemd.services.coturn.serviceConfig.ExecStart
    != null;
  expected = true;
}
