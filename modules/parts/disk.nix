# Disks: GPT, LUKS2 on everything but the boot partition, and how that is unlocked. It holds the root, on an edge the store
# and a folder of keys.
{ config, lib, ... }:
let
  cfg = config.rampart;
  disk = cfg.disk;
  isUefi = cfg.platform.firmware == "uefi";
  isEncrypted = disk.encryption == "luks2";
  guestMedia = disk.guestMediaDevice;
  isInMemory = cfg.keyFolder != null;

  filesystem = mountpoint: {
    type = "filesystem";
    format = "ext4";
    inherit mountpoint;
    mountOptions = [ "noatime" ];
  };

  # What the firmware reads is the only thing in clear: boot loader, kernel, stage 1.
  bootPartitions =
    if isUefi then
      {
        ESP = {
          size = "1G";
          type = "EF00";
          content = {
            type = "filesystem";
            format = "vfat";
            mountpoint = "/boot";
            # FAT has no owners; without this everybody reads the stage 1 host key.
            mountOptions = [ "umask=0077" ];
          };
        };
      }
    else
      {
        grub = {
          size = "1M";
          type = "EF02";
        };
        boot = {
          size = "1G";
          content = filesystem "/boot";
        };
      };

  luks =
    name: settings: content:
    if isEncrypted then
      {
        type = "luks";
        inherit name content;
        # Trap: disko calls `cryptsetup luksFormat` without a type and takes what that version makes.
        extraFormatArgs = [ "--type luks2" ];
      }
      // settings
    else
      content;

  secretPath = name: cfg.host.secrets.${name}.path;
in
{
  imports = [
    ../host.nix
    ./keys.nix
    ./platform.nix
    ./secrets.nix
    ./unlock.nix
    ((import ../lib/sets.nix { inherit lib; }).module "disk")
  ];

  config = lib.mkIf (cfg.hostFile != null) {
    disko.devices.nodev."/" = lib.mkIf isInMemory {
      fsType = "tmpfs";
      mountOptions = [
        "mode=755"
        "nodev"
        "nosuid"
      ];
    };

    disko.devices.disk = {
      system = {
        type = "disk";
        inherit (disk) device;
        content = {
          type = "gpt";
          partitions = bootPartitions // {
            luks = {
              size = "100%";
              content = luks "system" {
                # Read once, on the installer, when the disk is formatted.
                passwordFile = secretPath "luks-system";
              } (filesystem (if isInMemory then "/nix" else "/"));
            };
          };
        };
      };

      # Guest media has a disk and a key of its own, and is opened in stage 2, when the host's secrets are there.
      # Trap: `passwordFile` strips the final newline of a file that crypttab reads raw, so both use the file as it is.
      guest-media = lib.mkIf (guestMedia != null) {
        type = "disk";
        device = guestMedia;
        content = {
          type = "gpt";
          partitions.luks = {
            size = "100%";
            content =
              luks "guest-media"
                {
                  initrdUnlock = false;
                  settings.keyFile = secretPath "luks-guest-media";
                }
                (
                  filesystem "/var/lib/tuwunel"
                  // {
                    mountOptions = [
                      "noatime"
                      "nofail"
                      "nodev"
                      "nosuid"
                      "noexec"
                    ];
                  }
                );
          };
        };
      };
    };

    environment.etc.crypttab = lib.mkIf (guestMedia != null && isEncrypted) {
      text = ''
        guest-media ${config.disko.devices.disk.guest-media.content.partitions.luks.content.device} ${secretPath "luks-guest-media"} luks,nofail,headless=true
      '';
    };

    # The volume opens when its key is there. Trap: whoever needed it at the boot has failed by then, and systemd does not
    # retry a failed requirement.
    systemd.paths.rampart-guest-media = lib.mkIf (guestMedia != null && isEncrypted) {
      description = "Key of the guest media appears";
      wantedBy = [ "paths.target" ];
      pathConfig = {
        PathChanged = secretPath "luks-guest-media";
        Unit = "tuwunel.service";
      };
    };

    # A file on the encrypted root: no second volume to unlock.
    swapDevices = lib.optional (disk.swapSize > 0) {
      device = "/var/lib/swap";
      size = disk.swapSize * 1024;
    };

    assertions = [
      {
        assertion = isEncrypted;
        message = "${cfg.host.facts.host}: rampart.disk.encryption = \"none\" leaves messages and keys readable on the disk.";
      }
    ];
  };
}
