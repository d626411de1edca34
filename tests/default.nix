# checks: what fits one evaluator. legacyPackages: everything else, one process for each attribute.
{ self, pkgs }:
let
  inherit (pkgs) lib;
  system = pkgs.stdenv.hostPlatform.system;
  fleets = import ./fleets.nix { inherit self lib; };

  # Forces the whole evaluation of a host and builds nothing of it: `nix flake check` itself looks only at whether the
  # attribute is a derivation.
  evaluated =
    name: drvPath:
    pkgs.runCommand "evaluates-${name}" { drv = builtins.unsafeDiscardStringContext drvPath; } ''
      echo "$drv" > $out
    '';
  systemOf = import ./eval/system.nix { inherit lib; };
  hostsOf =
    fleet: lib.mapAttrs (name: host: evaluated name (systemOf host.config)) fleet.nixosConfigurations;

  modules = import ./eval/modules.nix { inherit self pkgs; };
  # The system of a module alone, with an empty configuration.
  changesNothing =
    name:
    lib.throwIf (modules.${name} != modules.bare)
      "${name} changes a system whose rampart.hostFile is null: ${modules.${name}} is not ${modules.bare}"
      modules.${name};
  # What other flakes import.
  publicModules = {
    module-default = "default";
  }
  // lib.mapAttrs' (role: _: lib.nameValuePair "module-${role}" "roles-${role}") (
    removeAttrs self.nixosModules [ "default" ]
  );
  stories = import ./stories.nix { inherit self pkgs; };
  documentation = import ./documentation.nix { inherit self pkgs; };
  fresh = import ./fresh.nix { inherit self pkgs; };
  refused = import ./eval/refused.nix { inherit self lib; };
  accepted = import ./eval/accepted.nix { inherit self pkgs; };
in
{
  checks =
    lib.mapAttrs' (name: lib.nameValuePair "host-${name}") (hostsOf fleets.example)
    // lib.mapAttrs (check: module: evaluated check (changesNothing module)) publicModules
    // {
      # The one story with one small machine. The others have fleets in them (docs/lab.md).
      story-kernel-carries-the-tunnel = stories.kernel-carries-the-tunnel;
      fresh-example = fresh.example;
      option-docs = documentation.optionsCommonMark;
      formatting =
        pkgs.runCommand "formatting" { nativeBuildInputs = [ (pkgs.nixfmt-rs or pkgs.nixfmt) ]; }
          ''
            find ${self} -name '*.nix' -exec nixfmt --check {} +
            touch $out
          '';
    };

  legacyPackages = {
    # Hosts of every fleet: `nix eval .#legacyPackages.<system>.evaluations.<fleet>.<host>.drvPath`.
    evaluations = lib.mapAttrs (_: hostsOf) fleets;
    # The system with every module alone, and without any.
    inherit modules;
    # Each public module alone, with a host of the example fleet.
    exemplified = import ./eval/exemplified.nix { inherit self pkgs; };
    parity = lib.mapAttrs (
      _: fleet:
      import ./eval/parity.nix {
        inherit lib;
        inherit (fleet) nixosConfigurations;
      }
    ) fleets;
    inherit fresh refused accepted;
    # Functions of the providers' sources.
    providers = lib.genAttrs [ "sops" "agenix" "colmena" ] (
      name: sources: (import ./providers.nix { inherit self pkgs; } sources).${name}
    );
    handWritten = import ./eval/hand-written { inherit self; };
    inherit stories;
    optionDocs = documentation.optionsJSON;
  };
}
