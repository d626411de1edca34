# Without the audit profile NixOS' own option of the homeserver is the operator's.
{
  fleet = "dmz";
  host = "core";
  module = { lib, ... }: {
    services.matrix-tuwunel = {
      settings.global.allow_encryption = lib.mkForce false;
      settings.global.query_trusted_key_servers_first = true;
      extraEnvironment.TUWUNEL_LOG = "debug";
    };
  };
  value = config: {
    inherit (config.services.matrix-tuwunel.settings.global)
      allow_encryption
      query_trusted_key_servers_first
      ;
    failed = builtins.filter (one: !one.assertion) config.assertions;
  };
  expected = {
    allow_encryption = false;
    query_trusted_key_servers_first = true;
    failed = [ ];
  };
}
