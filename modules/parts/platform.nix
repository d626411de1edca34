# What the host runs on: a virtual machine on Proxmox, plain hardware, or a virtual machine at a provider.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.rampart;
  platform = cfg.platform;
  isKind = kind: cfg.hostFile != null && platform.kind == kind;
  isX86 = pkgs.stdenv.hostPlatform.isx86_64;
  isUefi = platform.firmware == "uefi";

  virtio = [
    "virtio_blk"
    "virtio_net"
    "virtio_pci"
    "virtio_scsi"
  ];

  # For `qm create`/`qm importdisk`: what a Proxmox host must be told about the machine.
  proxmoxConfig = pkgs.writeText "${cfg.host.facts.host}.conf" (
    lib.concatLines (
      [
        "name: ${cfg.host.facts.host}"
        "cores: ${toString platform.cores}"
        "memory: ${toString platform.memory}"
        "machine: q35"
        "ostype: l26"
        "agent: enabled=1"
        "scsihw: virtio-scsi-single"
        "bios: ${if isUefi then "ovmf" else "seabios"}"
      ]
      ++ lib.optional (cfg.disk.unlock == "tpm2") "tpmstate0: local-lvm:1,version=v2.0"
    )
  );

  # Trap: disko hands the builder of its virtual machine a tree of modules as the kernel. A newer nixpkgs has an argument of
  # its own for that tree, and refuses a kernel that has no image.
  imagePkgs = pkgs // {
    vmTools = pkgs.vmTools // {
      override =
        arguments:
        pkgs.vmTools.override (
          if lib.functionArgs pkgs.vmTools.override ? kernelModules && !arguments.kernel ? target then
            arguments
            // {
              inherit (config.disko.imageBuilder.kernelPackages) kernel;
              kernelModules = arguments.kernel;
            }
          else
            arguments
        );
    };
  };
in
{
  imports = [
    ../host.nix
    ((import ../lib/sets.nix { inherit lib; }).module "platform")
  ];

  config = lib.mkMerge [
    (lib.mkIf (cfg.hostFile != null) {
      boot.loader = {
        systemd-boot = {
          enable = platform.bootLoader == "systemd-boot";
          # Trap: with the editor anybody at the console boots into a root shell.
          editor = false;
          configurationLimit = lib.mkDefault 10;
        };
        grub = {
          enable = platform.bootLoader == "grub";
          efiSupport = isUefi;
          efiInstallAsRemovable = isUefi;
          # With BIOS disko names the disk, because it made the partition for it.
          device = lib.mkIf isUefi "nodev";
        };
        # An image is made on another machine, whose variables are not these.
        efi.canTouchEfiVariables = platform.kind == "metal" && platform.bootLoader == "systemd-boot";
      };

      assertions = [
        {
          assertion = platform.bootLoader == "systemd-boot" -> isUefi;
          message = "${cfg.host.facts.host}: systemd-boot needs UEFI; set platform.firmware = \"uefi\" or platform.boot-loader = \"grub\".";
        }
      ];
    })

    # Trap: nixpkgs' own Proxmox image (`image.modules.proxmox`) cannot carry LUKS and blanks the host name, so the image
    # is disko's: `nix build .#nixosConfigurations.<host>.config.system.build.diskoImagesScript`.
    (lib.mkIf (isKind "proxmox") {
      services.qemuGuest.enable = true;
      boot.initrd.availableKernelModules = virtio;
      boot.kernelParams = [
        "console=ttyS0"
        "console=tty0"
      ];
      disko.memSize = platform.memory;
      disko.imageBuilder.pkgs = imagePkgs;
      disko.devices.disk.system.imageSize = lib.mkDefault "16G";
      system.build.proxmoxConfig = proxmoxConfig;
    })

    (lib.mkIf (isKind "cloud") {
      boot.initrd.availableKernelModules = virtio;
      boot.kernelParams = [ "console=ttyS0" ];
    })

    # Drivers of the machine itself come from hosts/<host>/hardware.nix.
    (lib.mkIf (isKind "metal") {
      hardware.enableRedistributableFirmware = lib.mkDefault true;
      hardware.cpu.amd.updateMicrocode = lib.mkDefault isX86;
      hardware.cpu.intel.updateMicrocode = lib.mkDefault isX86;
    })
  ];
}
