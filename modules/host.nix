# What a host is: the JSON that Rust rendered, and the daemons' settings with local options laid over.
# With `rampart.hostFile = null` every module of Rampart evaluates to nothing.
{ config, lib, ... }:
let
  inherit (lib) mkOption types;
  cfg = config.rampart;
  sets = import ./lib/sets.nix { inherit lib; };
  feeds = import ./lib/feeds.nix { inherit lib; };
in
{
  options.rampart = {
    hostFile = mkOption {
      type = types.nullOr types.path;
      default = null;
      example = lib.literalExpression "./hosts/generated/edge-lon.json";
      description = ''
        The host as {command}`rampart render` wrote it. It decides everything that concerns more than one host:
        addresses, ports, peers, the ruleset, the settings of each daemon. `null` switches Rampart off.
      '';
    };

    host = mkOption {
      type = types.raw;
      internal = true;
      readOnly = true;
      default = if cfg.hostFile == null then { } else lib.importJSON cfg.hostFile;
      description = "The host file, parsed.";
    };

    settings = mkOption {
      type = types.raw;
      internal = true;
      readOnly = true;
      default = feeds.layOver {
        descriptions = map sets.description (lib.attrNames (cfg.host.options or { }));
        values = cfg;
        services = cfg.host.services or { };
      };
      description = "Settings of each daemon as rendered, with the final values of local options laid over.";
    };

    final = mkOption {
      type = types.raw;
      internal = true;
      readOnly = true;
      default = cfg.host // {
        options = lib.mapAttrs (set: _: cfg.${set}) cfg.host.options;
        services = cfg.settings;
      };
      defaultText = lib.literalMD "the host file with final options and settings";
      description = "The host file as it would read if every value set in Nix stood in the manifest.";
    };

    judged = mkOption {
      type = types.raw;
      internal = true;
      readOnly = true;
      default = cfg.final // {
        rendered = { inherit (cfg.host) options services; };
      };
      defaultText = lib.literalMD "the final host file, and beside it what was rendered";
      description = ''
        What {command}`rampart check` reads when the host is built: some settings of an audited host may not differ from
        what was rendered.
      '';
    };
  };

  config = lib.mkIf (cfg.hostFile != null) {
    networking.hostName = cfg.host.facts.host;
    # A host is of one role and keeps it, so the data formats it started with are a fact of the manifest.
    system.stateVersion = lib.mkDefault cfg.host.facts.stateVersion;
    nixpkgs.hostPlatform = lib.mkDefault cfg.host.facts.system;
  };
}
