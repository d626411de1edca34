{
  host = "core-fra";
  module.systemd.services.stranger.serviceConfig.SupplementaryGroups = [ "tuwunel" ];
  message = "in the group of the homeserver's socket";
}
