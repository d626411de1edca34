# The examples of docs/providers on a whole fleet, with each provider's own module: every secret that a running host needs
# arrives where its unit looks for it. sops-nix and agenix are no inputs of the flake, since only their users need them;
# `cargo xtask eval` hands their sources in. { sops-nix, agenix } → { <provider> = derivation; }
{ self, pkgs }:
{ sops-nix, agenix }:
let
  inherit (pkgs) lib;
  examples = ../docs/providers;
  src = self + "/tests/fleets/edge-media/hosts";
  host = "edge-fra";

  fleetWith = modules: self.lib.mkFleet { inherit src modules; };
  pathsOf = lib.mapAttrs (_: secret: secret.path);

  # The host as a whole, if all paths are as wanted.
  evaluated =
    provider: config: placed:
    let
      paths = pathsOf placed;
    in
    if paths == pathsOf secrets then
      config.system.build.toplevel
    else
      throw "${provider}: secrets arrive at ${lib.generators.toPretty { } paths}";

  # The examples' encrypted files are the user's; an empty one stands in for each.
  file = lib.mkForce (builtins.toFile "encrypted" "{}");
  secrets =
    import ../modules/lib/runtime-secrets.nix
      (lib.importJSON (src + "/generated/${host}.json")).secrets;

  configOf = modules: (fleetWith modules).nixosConfigurations.${host}.config;
  sops = configOf [
    (import (sops-nix + "/modules/sops"))
    (examples + "/sops-nix.nix")
    { sops.defaultSopsFile = file; }
  ];
  age = configOf [
    (import (agenix + "/modules/age.nix"))
    (examples + "/agenix.nix")
    { age.secrets = lib.mapAttrs (_: _: { inherit file; }) secrets; }
  ];
  hive =
    (import (examples + "/colmena.nix") {
      rampart = self;
      inherit src;
    }).colmenaHive;
  node = hive.nodes.${host}.config;
in
{
  sops = evaluated "sops" sops sops.sops.secrets;
  agenix = evaluated "agenix" age age.age.secrets;
  colmena = evaluated "colmena" node node.deployment.keys;
}
