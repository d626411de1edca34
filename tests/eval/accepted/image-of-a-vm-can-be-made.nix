# What a virtual machine on Proxmox is made from: its image, second disk included, and its configuration there, with the firmware's
# variables, both network devices and both disks, as docs/guide.md imports them.
{
  host = "dmz-fra";
  module = { };
  value = config: {
    image = config.system.build.diskoImagesScript.drvPath != "";
    sizes = map (name: config.disko.devices.disk.${name}.imageSize) [
      "system"
      "guest-media"
    ];
    lines = builtins.filter builtins.isString (
      builtins.split "\n" config.system.build.proxmoxConfig.text
    );
  };
  expected = {
    image = true;
    sizes = [
      "16G"
      "16G"
    ];
    lines = [
      "name: dmz-fra"
      "cores: 2"
      "memory: 4096"
      "machine: pc"
      "ostype: l26"
      "agent: enabled=1"
      "serial0: socket"
      "scsihw: virtio-scsi-single"
      "bios: ovmf"
      "efidisk0: local-lvm:1,efitype=4m,pre-enrolled-keys=0"
      "net0: virtio,bridge=vmbr0"
      "net1: virtio,bridge=vmbr1"
      "virtio0: local-lvm:0,import-from=/root/dmz-fra/system.raw,iothread=1"
      "virtio1: local-lvm:0,import-from=/root/dmz-fra/guest-media.raw,iothread=1"
      "boot: order=virtio0"
      ""
    ];
  };
}
