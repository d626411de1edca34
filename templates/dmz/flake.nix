{
  description = "A gateway, a core and a DMZ host with a homeserver of its own for guests";

  inputs.rampart.url = "github:rampart-matrix/rampart";

  outputs =
    { rampart, ... }:
    # nixosConfigurations, colmenaHive and deploy, for the hosts that `rampart render` wrote.
    rampart.lib.mkFleet { src = ./hosts; };
}
