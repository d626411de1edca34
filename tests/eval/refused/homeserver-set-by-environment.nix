{
  host = "core-fra";
  module.services.matrix-tuwunel.extraEnvironment.TUWUNEL_ALLOW_ENCRYPTION = "true";
  message = "core-fra: TUWUNEL_ALLOW_ENCRYPTION in the environment of the homeserver";
}
