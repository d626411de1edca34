# A key that Rampart leaves out: it runs orders at every start.
{
  host = "core-fra";
  module.services.matrix-tuwunel.settings.global.admin_execute = [ "users make-user-admin anna" ];
  message = "core-fra: global.admin_execute of services.matrix-tuwunel.settings set in Nix";
}
