{
  host = "edge-lon";
  module.rampart.disk.encryption = "none";
  message = "readable on the disk";
}
