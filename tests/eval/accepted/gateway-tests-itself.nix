# The refusals of the gateway speak with this host and, of whose a token is, with the core; its self-test with this host alone.
{
  host = "gw-fra";
  module = { };
  value =
    config:
    let
      walls = name: {
        inherit (config.systemd.services.${name}.serviceConfig)
          CapabilityBoundingSet
          DynamicUser
          IPAddressAllow
          IPAddressDeny
          MemoryMax
          SocketBindDeny
          Type
          ;
      };
    in
    {
      answer = walls "rampart-answer";
      selftest = walls "rampart-selftest";
      inherit (config.systemd.services.rampart-selftest) after wantedBy;
    };
  expected = {
    answer = {
      CapabilityBoundingSet = "";
      DynamicUser = true;
      IPAddressAllow = [
        "localhost"
        "10.77.0.1"
      ];
      IPAddressDeny = "any";
      MemoryMax = 32 * 1024 * 1024 + 1024 * 32 * 1024;
      SocketBindDeny = "any";
      Type = "notify";
    };
    selftest = {
      CapabilityBoundingSet = "";
      DynamicUser = true;
      IPAddressAllow = "localhost";
      IPAddressDeny = "any";
      MemoryMax = "64M";
      SocketBindDeny = "any";
      Type = "oneshot";
    };
    # After it, so that the host is up without the test.
    after = [
      "multi-user.target"
      "traefik.service"
      "rampart-answer.service"
    ];
    wantedBy = [ "multi-user.target" ];
  };
}
