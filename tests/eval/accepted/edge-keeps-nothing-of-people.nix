# All that an edge can write. What outlives a boot is on its encrypted disk: the store and the folder of keys; the root is in
# memory. No database, no token service, no swap, no kept journal, no core dumps.
{
  host = "edge-lon";
  module = { };
  value = import ../edge-writes.nix;
  expected = {
    # The store is behind LUKS; the boot loader's partition is not (`disks-are-sealed`).
    disks = [
      "/: tmpfs"
      "/boot: vfat"
      "/nix: ext4"
      "/var/lib/traefik: none /nix/keys/traefik"
    ];
    keys = [
      "/nix/keys/ssh_host_ed25519_key"
      "/nix/keys/stage1/ssh_host_ed25519_key"
    ];
    folders = [
      "generate-shutdown-ramfs: ReadWritePaths /run/initramfs"
      "linger-users: StateDirectory systemd/linger"
      "nftables: StateDirectory nftables"
      # Certificates.
      "traefik: ReadWritePaths /var/lib/traefik"
    ];
    swapDevices = [ ];
    zram = false;
    journal = "volatile";
    coredumps = false;
    services = [
      "livekit"
      "traefik"
    ];
    redis = [ ];
  };
}
