# A word that Rust writes and Nix does not know.
{
  host = "edge-lon";
  module =
    { config, lib, ... }:
    {
      imports = [
        ((import ../../../modules/lib/options.nix { inherit lib; }).moduleOf {
          set = "planted";
          options.here = {
            type.word = "colour";
            description = "An option.";
          };
        })
      ];
      rampart.planted.here = "#ff0000";
      environment.etc.here.text = config.rampart.planted.here;
    };
  message = "rampart.planted.here: unknown type word `colour'";
}
