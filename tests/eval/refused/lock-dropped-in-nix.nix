# On the host of the guests, too: the lock on encryption and redaction stays, whole.
{
  host = "dmz-fra";
  module = { lib, ... }: {
    services.matrix-tuwunel.settings.global.default_power_level_content_override = lib.mkForce { };
  };
  message = "dmz-fra: global.default_power_level_content_override of services.matrix-tuwunel.settings set in Nix";
}
