{
  description = "A gateway and a core: Matrix with calls for one site";

  inputs.rampart.url = "github:rampart-matrix/rampart";

  outputs =
    { rampart, ... }:
    # nixosConfigurations, colmenaHive and deploy, for the hosts that `rampart render` wrote.
    rampart.lib.mkFleet { src = ./hosts; };
}
