{
  host = "gw-fra";
  module.rampart.base.sshKeys = [
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGr0QLU1GiSPKPVzdAX1Fm1lSP8JZPkcGgNtXJ8WkGTL other"
  ];
  value = config: {
    running = config.users.users.root.openssh.authorizedKeys.keys;
    stage1 = config.boot.initrd.network.ssh.authorizedKeys;
  };
  expected = {
    running = [
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGr0QLU1GiSPKPVzdAX1Fm1lSP8JZPkcGgNtXJ8WkGTL other"
    ];
    stage1 = [
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGr0QLU1GiSPKPVzdAX1Fm1lSP8JZPkcGgNtXJ8WkGTL other"
    ];
  };
}
