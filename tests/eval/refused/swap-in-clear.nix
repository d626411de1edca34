{
  host = "core-fra";
  module.swapDevices = [ { device = "/dev/vdc"; } ];
  message = "swap outside LUKS";
}
