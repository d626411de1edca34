# What docs/guide.md says about an edge, whose root is in memory: the device that a TPM is bound to, and the folder in which
# secrets outlive a boot.
{
  host = "edge-lon";
  module = { };
  value =
    config:
    let
      guide = builtins.readFile ../../../docs/guide.md;
      says = words: builtins.length (builtins.split words guide) > 1;
      script = config.system.activationScripts.rampart-secrets;
    in
    {
      device = says "systemd-cryptenroll --tpm2-device=auto ${config.boot.initrd.luks.devices.system.device}\n";
      folder =
        says "`/nix/keys/secrets`" && builtins.match ".* /nix/keys/secrets\n.*" script.text != null;
      inherit (script) deps;
    };
  expected = {
    device = true;
    folder = true;
    deps = [
      "users"
      "groups"
      "rampart-keys"
    ];
  };
}
