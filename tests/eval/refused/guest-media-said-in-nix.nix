# With the disk comes a secret, which only the manifest lists.
{
  host = "core-fra";
  module.rampart.disk.guestMediaDevice = "/dev/vdb";
  message = "rampart.disk.guestMediaDevice";
}
