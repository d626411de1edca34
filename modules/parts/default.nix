# What every host shares. In order of dependency: a part uses only what stands above it.
{
  imports = [
    ../host.nix
    ./programs.nix
    ./versions.nix
    ./secrets.nix
    ./units.nix
    ./files.nix
    ./keys.nix
    ./platform.nix
    ./network.nix
    ./mesh.nix
    ./firewall.nix
    ./disk.nix
    ./volumes.nix
    ./base.nix
    ./derived.nix
    ./check.nix
  ];
}
