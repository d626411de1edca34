# Whatever stops the SSH server, and however often: the way in comes back.
{
  host = "core-fra";
  module = { };
  value = config: {
    inherit (config.systemd.services.sshd.unitConfig) StartLimitIntervalSec;
    inherit (config.systemd.services.sshd.serviceConfig) Restart RestartSec;
  };
  expected = {
    StartLimitIntervalSec = "0";
    Restart = "always";
    RestartSec = 5;
  };
}
