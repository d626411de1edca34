# Every fleet of this repository, as `mkFleet` made it: the example, one for each template, and those in ./fleets, which
# choose what the others do not. A template is evaluated through its own flake, which is what a user's flake looks like.
{ self, lib }:
let
  templates = lib.mapAttrs (
    _: template:
    (import (template.path + "/flake.nix")).outputs {
      self = template.path;
      rampart = self;
    }
  ) self.templates;

  choices = lib.mapAttrs (name: _: self.lib.mkFleet { src = ./fleets + "/${name}/hosts"; }) (
    builtins.readDir ./fleets
  );
in
{
  example = { inherit (self) nixosConfigurations colmenaHive deploy; };
  # Another flake that uses Rampart as a library.
  consumer = (import ./consumer/flake.nix).outputs {
    self = ./consumer;
    rampart = self;
  };
}
// templates
// choices
