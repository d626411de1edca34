# A local option of Rampart set in Nix, and something that Rampart knows nothing of.
{ pkgs, ... }:
{
  rampart.mesh.mtu = 1380;
  environment.systemPackages = [ pkgs.htop ];
}
