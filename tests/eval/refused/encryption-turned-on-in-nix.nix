# Past every option of Rampart, straight into the file of the homeserver.
{
  host = "core-fra";
  module = { lib, ... }: {
    services.matrix-tuwunel.settings.global.allow_encryption = lib.mkForce true;
  };
  message = "core-fra: global.allow_encryption of services.matrix-tuwunel.settings set in Nix";
}
