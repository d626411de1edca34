# With the provider `files` a boot finds each secret of a running host on the encrypted disk: on an edge, whose root is in
# memory, in the folder that it keeps. The passphrase of the root is not there.
{
  host = "dmz-fra";
  module = { };
  value =
    config:
    let
      script = config.system.activationScripts.rampart-secrets;
      lines = builtins.filter builtins.isString (builtins.split "\n" script.text);
      from = "/var/lib/rampart/secrets/";
      sources = map (builtins.match ".* (/[^ ]+) /run/rampart-secrets/([^ ]+)") lines;
      placed = builtins.filter (found: found != null) sources;
      running = removeAttrs config.rampart.host.secrets [ "luks-system" ];
    in
    {
      names = map (found: builtins.elemAt found 1) placed == builtins.attrNames running;
      folders = builtins.all (found: builtins.head found == from + builtins.elemAt found 1) placed;
      guestMedia = builtins.elem "luks-guest-media" (map (found: builtins.elemAt found 1) placed);
      inherit (script) deps;
    };
  expected = {
    names = true;
    folders = true;
    guestMedia = true;
    deps = [
      "users"
      "groups"
    ];
  };
}
