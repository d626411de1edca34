# Arguments for a command of systemd: waits until each of these interfaces has an address that leads somewhere. It gives up after
# a minute, so that whoever is tried again holds up no boot for ever.
{ config, utils }:
interfaces:
utils.escapeSystemdExecArgs (
  [ "${config.systemd.package}/lib/systemd/systemd-networkd-wait-online" ]
  ++ map (interface: "--interface=${interface}:routable") interfaces
  ++ [ "--timeout=60" ]
)
