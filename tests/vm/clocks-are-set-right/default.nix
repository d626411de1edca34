# See script.py. An edge of the example fleet as in fleet.nix, but with the time settings of the real host, and a machine
# that tells the time, in the place of the edge's router.
{ self, pkgs }:
let
  inherit (pkgs) lib;
  fleet = import ../fleet.nix { inherit self pkgs; };
  generated = ../../../hosts/generated;
  hosts = lib.mapAttrs' (
    file: _: lib.nameValuePair (lib.removeSuffix ".json" file) (lib.importJSON (generated + "/${file}"))
  ) (builtins.readDir generated);
  # The nodes of a cluster need a Redis.
  isAlone = host: host.facts.role == "edge" && !(host.units.livekit.credentials ? redis-password);
  name = lib.head (lib.attrNames (lib.filterAttrs (_: isAlone) hosts));
  rendered = hosts.${name};
  public = rendered.network.interfaces.public.name;
  router = "172.31.1.1";
in
{
  inherit (fleet) node;

  nodes.edge = {
    imports = [ fleet.nodes.${name} ];
    # Before what fleet.nix forces.
    services.timesyncd.enable = lib.mkOverride 40 true;
    networking.hosts.${router} = rendered.services.timesyncd.servers;
    # A flat battery. With its own clock, KVM would tell the kernel the host's time instead.
    virtualisation.qemu.options = [ "-rtc base=2000-01-01" ];
    boot.kernelParams = [ "no-kvmclock" ];
    # Older drivers call a machine by this, and not by its attribute.
    system.name = "edge";
  };

  nodes.time =
    { nodes, ... }:
    {
      virtualisation.vlans = [ ];
      virtualisation.interfaces.${public} = {
        inherit (nodes.edge.virtualisation.interfaces.${public}) vlan;
        assignIP = false;
      };
      networking = {
        useNetworkd = true;
        useDHCP = false;
        # A closed port says so.
        firewall.enable = false;
      };
      systemd.network.networks."10-cable" = {
        matchConfig.Name = public;
        address = [ "${router}/32" ];
        routes = [
          {
            Destination = "${rendered.facts.publicAddress}/32";
            Scope = "link";
          }
        ];
      };
      services.chrony = {
        enable = true;
        servers = [ ];
        extraConfig = ''
          local stratum 10
          allow all
        '';
      };
      # The script starts it.
      systemd.services.chronyd.wantedBy = lib.mkForce [ ];
    };
}
