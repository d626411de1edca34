# The host's only ruleset. Rust writes it from the one list of flows; Nix loads it.
#
# The kernel is never without rules: nftables replaces the whole ruleset in one transaction, a switch reloads (and never
# stops) the unit, a stop leaves the rules where they are, and without rules the network does not come up.
{ config, lib, ... }:
let
  cfg = config.rampart;
  inherit (config.networking) firewall nat nftables;

  # What somebody opened by the usual options, by option name. All of it would be silently without effect here.
  opened = lib.filterAttrs (_: value: value != [ ] && value != "" && value != false) {
    "networking.firewall.enable" = firewall.enable;
    "networking.firewall.allowedTCPPorts" = firewall.allowedTCPPorts;
    "networking.firewall.allowedUDPPorts" = firewall.allowedUDPPorts;
    "networking.firewall.allowedTCPPortRanges" = firewall.allowedTCPPortRanges;
    "networking.firewall.allowedUDPPortRanges" = firewall.allowedUDPPortRanges;
    "networking.firewall.interfaces" = lib.attrNames firewall.interfaces;
    "networking.firewall.trustedInterfaces" = lib.remove "lo" firewall.trustedInterfaces;
    # Both are text for iptables, which nobody runs here.
    "networking.firewall.extraCommands" = firewall.extraCommands;
    "networking.firewall.extraStopCommands" = firewall.extraStopCommands;
    "networking.firewall.extraInputRules" = firewall.extraInputRules;
    "networking.firewall.extraForwardRules" = firewall.extraForwardRules;
    "networking.nat.enable" = nat.enable;
    "networking.nftables.tables" = lib.attrNames nftables.tables;
    # Text is added to text: a second definition brings tables of its own.
    "networking.nftables.ruleset" = nftables.ruleset != cfg.host.firewall;
    "networking.nftables.rulesetFile" = nftables.rulesetFile != null;
    "networking.nftables.extraDeletions" = nftables.extraDeletions;
  };
in
{
  imports = [ ../host.nix ];

  config = lib.mkIf (cfg.hostFile != null) {
    networking.firewall.enable = false;

    networking.nftables = {
      enable = true;
      # One table and no other: whatever else is in the kernel goes when this is loaded.
      flushRuleset = true;
      ruleset = cfg.host.firewall;
    };

    systemd.services.nftables.serviceConfig = {
      # Trap: nixpkgs empties the ruleset at a stop, so a plain `systemctl restart nftables` opens every port for a
      # moment, and a failing start leaves them open.
      ExecStop = lib.mkForce [ ];
    };

    systemd.services.systemd-networkd = {
      requires = [ "nftables.service" ];
      after = [ "nftables.service" ];
    };

    assertions = [
      {
        assertion = opened == { };
        message = ''
          ${cfg.host.facts.host}: ${lib.concatStringsSep ", " (lib.attrNames opened)} set, but on a host of Rampart the whole ruleset
          comes from the list of flows (`rampart show flows`), so that every port is opened on both ends and nowhere
          else. Add the flow to the manifest (hosts/fleet.toml) and run `rampart render`.
        '';
      }
    ];
  };
}
