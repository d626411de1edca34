# agenix: the files as `rampart secrets generate --age` writes them, `secrets/<host>/<name>.age`. A module for all hosts:
#
#   rampart.lib.mkFleet { src = ./hosts; modules = [ agenix.nixosModules.default ./agenix.nix ]; }
{ config, ... }:
{
  rampart = {
    secrets.provider = "agenix";
    encryptedSecrets = ./secrets + "/${config.networking.hostName}";
  };
  # The host's own SSH key opens them; `ssh-to-age` turns its public half into a recipient. An edge keeps it elsewhere.
  age.identityPaths = map (key: key.path) config.services.openssh.hostKeys;
}
