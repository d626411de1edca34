# sops-nix: one encrypted file for each host, `secrets/<host>.yaml`, with a key for each secret. A module for all hosts:
#
#   rampart.lib.mkFleet { src = ./hosts; modules = [ sops-nix.nixosModules.sops ./sops-nix.nix ]; }
{ config, ... }:
{
  rampart.secrets.provider = "sops";
  sops = {
    defaultSopsFile = ./secrets + "/${config.networking.hostName}.yaml";
    # The host's own SSH key opens it; `ssh-to-age` turns its public half into a recipient.
    age.sshKeyPaths = [ "/etc/ssh/ssh_host_ed25519_key" ];
  };
}
