# See script.py. The host is the DMZ host of the example fleet with its own disks, stage 1 and units; what differs: its
# kernel is started without a boot loader, its store is the test driver's, and the keys are throw-away ones.
{ self, pkgs }:
let
  inherit (pkgs) lib;
  generated = ../../../hosts/generated;
  hosts = lib.mapAttrs' (
    file: _: lib.nameValuePair (lib.removeSuffix ".json" file) (lib.importJSON (generated + "/${file}"))
  ) (builtins.readDir generated);
  name = lib.head (
    lib.attrNames (lib.filterAttrs (_: host: host.options.disk.guestMediaDevice != null) hosts)
  );
  rendered = hosts.${name};
  public = rendered.network.interfaces.public;
  prefixLength = lib.last (lib.splitString "/" (lib.head public.addresses));

  # nixpkgs' keys for tests: they are known when this is evaluated.
  operatorKey = import (pkgs.path + "/nixos/tests/ssh-keys.nix") pkgs;
  hostKey = pkgs.path + "/nixos/tests/initrd-network-ssh/ssh_host_ed25519_key";
  settings = {
    rampart.disk = {
      swapSize = 1;
      unlockKeys = [ operatorKey.snakeOilEd25519PublicKey ];
    };
  };
  sealed = (self.nixosConfigurations.${name}.extendModules { modules = [ settings ]; }).config;

  # Made when the test is built; nothing of it is worth keeping.
  keys = pkgs.runCommand "throwaway-keys" { nativeBuildInputs = [ pkgs.openssh ]; } ''
    mkdir $out
    cd $out
    ssh-keygen -q -t ed25519 -N "" -C stranger -f stranger
    echo "[${rendered.facts.publicAddress}]:${toString sealed.rampart.disk.unlockPort} $(cat ${hostKey}.pub)" > known_hosts
    for volume in system guest-media; do
      od -An -N24 -tx1 /dev/urandom | tr -d ' \n' > luks-$volume
    done
  '';

  # Lie where both machines find them; the script makes them.
  drive = disk: {
    file = ''"$SHARED_DIR"/${disk}.raw'';
    driveExtraOpts.format = "raw";
  };
  common = {
    virtualisation.vlans = lib.mkForce [ ];
    networking.useNetworkd = true;
    networking.useDHCP = false;
  };
in
{
  node.pkgsReadOnly = false;

  nodes.installer = {
    imports = [ common ];
    # Its root is in memory, so that the disks have the names that they have on the host.
    virtualisation = {
      diskImage = null;
      memorySize = 3072;
      qemu.drives = lib.mkForce (
        map drive [
          "vda"
          "vdb"
          "vdc"
        ]
      );
    };
    environment.systemPackages = [
      pkgs.cryptsetup
      (pkgs.writeShellScriptBin "make-disks" ''
        exec ${sealed.system.build.destroyFormatMount}/bin/disko-destroy-format-mount --yes-wipe-all-disks
      '')
      # The host runs from the store of the test driver, and makes all else on its root by itself.
      (pkgs.writeShellScriptBin "install-system" "true")
    ];
    system.activationScripts.throwawaySecrets = ''
      mkdir -p -m 0711 /run/rampart-secrets
      install -m 0400 ${keys}/luks-* /run/rampart-secrets/
    '';
  };

  nodes.host = {
    imports = [
      self.nixosModules.${rendered.facts.role}
      common
      settings
    ];
    rampart.hostFile = generated + "/${name}.json";
    nixpkgs.overlays = [
      self.overlays.default
      self.overlays.newer
    ];
    virtualisation = {
      memorySize = 2048;
      useDefaultFilesystems = false;
      fileSystems = lib.mapAttrs (_: one: { inherit (one) device fsType options; }) sealed.fileSystems;
      qemu.drives = lib.mkForce (
        map drive [
          "vda"
          "vdb"
        ]
      );
      interfaces.${public.name} = {
        vlan = 1;
        assignIP = false;
      };
    };
    # Older drivers call a machine by this, and not by its attribute.
    system.name = "host";
    # There is no boot loader to append it, so it comes from the store.
    boot.initrd.network.ssh.hostKeys = lib.mkForce [ hostKey ];
    services.timesyncd.enable = lib.mkForce false;
  };

  nodes.operator = {
    imports = [ common ];
    virtualisation.interfaces.${public.name} = {
      vlan = 1;
      assignIP = false;
    };
    systemd.network.networks."10-cable" = {
      matchConfig.Name = public.name;
      address = [ "${public.gateway}/${prefixLength}" ];
    };
    environment.etc."rampart/host.json".text = builtins.toJSON (
      lib.recursiveUpdate rendered { options.disk.unlockPort = sealed.rampart.disk.unlockPort; }
    );
    environment.systemPackages = [
      pkgs.netcat
      (pkgs.writeShellApplication {
        name = "unlock";
        runtimeInputs = [ pkgs.openssh ];
        text = builtins.readFile ./unlock.sh;
      })
    ];
    system.activationScripts.throwawayKeys = ''
      mkdir -p -m 0700 /root/.ssh
      install -m 0600 ${operatorKey.snakeOilEd25519PrivateKey} /root/.ssh/operator
      install -m 0600 ${keys}/stranger ${keys}/known_hosts /root/.ssh/
    '';
  };
}
