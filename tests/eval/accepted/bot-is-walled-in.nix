# The walls around the bot as systemd gets them: it speaks to the guard beside it and to the tenant's broker, is in no
# group but that of the core's broker, and its token comes from there.
{
  host = "core-fra";
  module.rampart.core.bot.powerLevel = 75;
  value =
    config:
    let
      unit = config.systemd.services.rampart-bot;
    in
    {
      inherit (unit.serviceConfig)
        CapabilityBoundingSet
        DynamicUser
        IPAddressAllow
        IPAddressDeny
        LoadCredential
        MemoryMax
        ProtectSystem
        RestrictAddressFamilies
        SocketBindAllow
        StateDirectory
        StateDirectoryMode
        SupplementaryGroups
        ;
      inherit (config.rampart.settings.rampart-bot.orders) powerLevel;
    };
  expected = {
    CapabilityBoundingSet = "";
    DynamicUser = true;
    IPAddressAllow = [
      "localhost"
      "10.77.0.1"
      "10.77.0.3"
    ];
    IPAddressDeny = "any";
    LoadCredential = [
      "client-token-partners:/run/rampart-secrets/broker-client-token-partners"
      "token:/var/lib/rampart-broker/bot-token"
    ];
    MemoryMax = 134217728;
    ProtectSystem = "strict";
    RestrictAddressFamilies = [
      "AF_INET"
      "AF_INET6"
      "AF_UNIX"
    ];
    SocketBindAllow = [ "tcp:9111" ];
    StateDirectory = "rampart-bot";
    StateDirectoryMode = "0700";
    SupplementaryGroups = [ "rampart-broker" ];
    powerLevel = 75;
  };
}
