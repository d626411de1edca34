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

  # What a Proxmox host must be told about the machine: options of `qm create` (qm(1)), one on a line. `<storage>:<size>` makes
  # a volume, and that of the variables and of the TPM has its own size whatever is said. Storage and bridges are called as
  # an installed Proxmox calls them.
  proxmoxConfig = pkgs.writeText "${cfg.host.facts.host}.conf" (
    lib.concatLines (
      [
        "name: ${cfg.host.facts.host}"
        "cores: ${toString platform.cores}"
        "memory: ${toString platform.memory}"
        # Trap: on q35 network devices are behind a bridge and are called enp6s18, not ens18 as the manifest has it.
        "machine: pc"
        "ostype: l26"
        "agent: enabled=1"
        "serial0: socket"
        "scsihw: virtio-scsi-single"
        "bios: ${if isUefi then "ovmf" else "seabios"}"
      ]
      # Trap: with the keys of others in it the firmware refuses our boot loader, which nobody signed.
      ++ lib.optional isUefi "efidisk0: ${storage}:1,efitype=4m,pre-enrolled-keys=0"
      ++ lib.optional (cfg.disk.unlock == "tpm2") "tpmstate0: ${storage}:1,version=v2.0"
      ++ lib.imap0 (index: bridge: "net${toString index}: virtio,bridge=${bridge}") bridges
      ++ map (disk: "${disk.slot}: ${storage}:0,import-from=${disk.image},iothread=1") disks
      ++ [ "boot: order=${(lib.head disks).slot}" ]
    )
  );
  storage = "local-lvm";

  # In the order in which the kernel meets them: net0 is in slot 18 (ens18), net1 in slot 19.
  bridges =
    lib.concatMap
      ({ interface, bridge }: lib.optional (cfg.host.network.interfaces ? ${interface}) bridge)
      [
        {
          interface = "public";
          bridge = "vmbr0";
        }
        {
          interface = "lan";
          bridge = "vmbr1";
        }
      ];

  # The images, where docs/guide.md puts them. The slot is the one that gives the disk the name in the manifest.
  disks = map (name: {
    slot = slotOf config.disko.devices.disk.${name}.device;
    image = "/root/${cfg.host.facts.host}/${config.disko.devices.disk.${name}.imageName}.raw";
  }) ([ "system" ] ++ lib.optional (cfg.disk.guestMediaDevice != null) "guest-media");
  slotOf =
    device:
    let
      named = builtins.match "/dev/([sv])d([a-p])" device;
      bus = if lib.head named == "v" then "virtio" else "scsi";
      index = lib.lists.findFirstIndex (letter: letter == lib.last named) 0 (
        lib.stringToCharacters "abcdefghijklmnop"
      );
    in
    if named == null then
      throw "${cfg.host.facts.host}: on Proxmox a disk is called /dev/vda … or /dev/sda …, not ${device}"
    else
      "${bus}${toString index}";

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
      disko.devices.disk = {
        system.imageSize = lib.mkDefault "16G";
        guest-media = lib.mkIf (cfg.disk.guestMediaDevice != null) { imageSize = lib.mkDefault "16G"; };
      };
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
