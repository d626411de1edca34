{
  description = "Uses Rampart as a library: the example fleet, with a module and an option of one's own on every host";

  inputs.rampart.url = "path:../..";

  outputs =
    { rampart, ... }:
    rampart.lib.mkFleet {
      src = rampart + "/hosts";
      modules = [ ./local.nix ];
    };
}
