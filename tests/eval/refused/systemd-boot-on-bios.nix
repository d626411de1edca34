{
  host = "gw-fra";
  module.rampart.platform.firmware = "bios";
  message = "systemd-boot needs UEFI";
}
