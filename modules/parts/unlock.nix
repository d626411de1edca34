# How the root is unlocked at boot: TPM2, tang or a passphrase over SSH. SSH is there in every case, as the fallback.
{
  config,
  lib,
  options,
  pkgs,
  ...
}:
let
  cfg = config.rampart;
  disk = cfg.disk;
  isUnlockedBy = way: cfg.hostFile != null && disk.unlock == way;

  # A key of its own, made on the host: it lies in clear on the boot partition, so it must prove nothing in stage 2.
  folder = if cfg.keyFolder == null then "/var/lib/rampart" else cfg.keyFolder;
  hostKey = "${folder}/stage1/ssh_host_ed25519_key";

  keys = if disk.unlockKeys != [ ] then disk.unlockKeys else cfg.settings.sshd.authorizedKeys;

  # Since 26.05 clevis finds the tang binding in the LUKS header by itself.
  hasTang = options ? boot.initrd.clevisLuksAskpass;
in
{
  imports = [
    ../host.nix
    ./keys.nix
    ./network.nix
  ];

  config = lib.mkMerge [
    (lib.mkIf (cfg.hostFile != null) {
      boot.initrd = {
        systemd = {
          enable = true;
          # The network of stage 2, without the tunnel: its key is still locked away. There is no ruleset yet, and nothing
          # listens but SSH.
          network = {
            enable = true;
            networks = lib.filterAttrs (name: _: lib.hasPrefix "10-" name) config.systemd.network.networks;
          };
          # Whoever logs in gets the passphrase prompt and nothing else.
          users.root.shell = "/bin/systemd-tty-ask-password-agent";
        };
        network.enable = true;
        network.ssh = {
          enable = true;
          port = disk.unlockPort;
          hostKeys = [ hostKey ];
          authorizedKeys = keys;
        };
      };

      # Trap: stage 1 copies the host key when the boot loader is installed and fails without it, so it is made by the
      # activation, which comes before that on an installation.
      system.activationScripts.rampart-stage1-key = {
        deps = lib.optional (cfg.keyFolder != null) "rampart-keys";
        text = ''
          if [ ! -e ${hostKey} ]; then
            mkdir -p -m 0700 ${dirOf hostKey}
            ${lib.getExe' pkgs.openssh "ssh-keygen"} -q -t ed25519 -N "" -C stage1 -f ${hostKey}
          fi
        '';
      };
    })

    # Bound once after the installation: systemd-cryptenroll --tpm2-device=auto /dev/disk/by-partlabel/disk-system-luks.
    # Without the TPM's consent systemd asks for the passphrase.
    (lib.mkIf (isUnlockedBy "tpm2") {
      boot.initrd.systemd.tpm2.enable = true;
      boot.initrd.luks.devices.system.crypttabExtraOpts = [ "tpm2-device=auto" ];
    })

    # Bound once after the installation: clevis luks bind -d /dev/disk/by-partlabel/disk-system-luks tang '{"url":"…"}'.
    (lib.optionalAttrs hasTang {
      boot.initrd.clevisLuksAskpass = lib.mkIf (isUnlockedBy "tang") {
        enable = true;
        useTang = true;
      };
    })
    (lib.mkIf (isUnlockedBy "tang") {
      assertions = [
        {
          assertion = hasTang;
          message = "${cfg.host.facts.host}: rampart.disk.unlock = \"tang\" needs a NixOS with boot.initrd.clevisLuksAskpass.";
        }
        {
          assertion = disk.tangUrl != null;
          message = "${cfg.host.facts.host}: rampart.disk.unlock = \"tang\" needs rampart.disk.tangUrl.";
        }
      ];
      environment.systemPackages = [ pkgs.clevis ];
    })
  ];
}
