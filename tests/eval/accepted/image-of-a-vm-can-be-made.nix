# What a virtual machine on Proxmox is made from: its image, second disk included, and its configuration there.
{
  host = "dmz-fra";
  module = { };
  value =
    config:
    map (name: config.system.build.${name}.drvPath != "") [
      "diskoImagesScript"
      "proxmoxConfig"
    ];
  expected = [
    true
    true
  ];
}
