{
  host = "dmz-fra";
  module.users.users.stranger = {
    isSystemUser = true;
    group = "tuwunel";
  };
  message = "in the group of the homeserver's socket";
}
