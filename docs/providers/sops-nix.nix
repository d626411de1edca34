# sops-nix: one encrypted file for each host, `secrets/<host>.yaml`, with a key for each secret. A module for all hosts:
#
#   rampart.lib.mkFleet { src = ./hosts; modules = [ sops-nix.nixosModules.sops ./sops-nix.nix ]; }
# The file, from the plain secrets of a host:
#
#   for file in secrets/core/*; do
#     jq -n --arg name "${file##*/}" --rawfile value "$file" '{($name): $value}'
#   done | jq -s add | sops encrypt --input-type json --output-type yaml --age age1… /dev/stdin > core.yaml
{ config, ... }:
{
  rampart.secrets.provider = "sops";
  sops = {
    defaultSopsFile = ./secrets + "/${config.networking.hostName}.yaml";
    # The host's own SSH key opens it; `ssh-to-age` turns its public half into a recipient. An edge keeps it elsewhere.
    age.sshKeyPaths = map (key: key.path) config.services.openssh.hostKeys;
  };
}
