"""A stage 1 of Debian's parts that waits for the passphrase, and the operator's end of it.

Put together as `modules/parts/unlock.nix` puts NixOS' together: the same units in the same order,
the same shell, the same port and keys.
"""

from pathlib import Path

from emulation import files, layout
from emulation.archive import Archive
from fleet.programs import REPOSITORY
from fleet.rendered import Host

STORY = REPOSITORY / "tests" / "vm" / "disks-are-sealed"
# Whoever logs in gets the passphrase prompt and nothing else.
AGENT = "/bin/systemd-tty-ask-password-agent"
USERS = f"""\
root:x:0:0::/root:{AGENT}
systemd-network:x:998:998::/:/usr/sbin/nologin
sshd:x:100:65534::/run/sshd:/usr/sbin/nologin
"""
SSHD = """\
[Unit]
Description=SSH in stage 1
DefaultDependencies=no
After=network.target
Conflicts=shutdown.target initrd-switch-root.target
Before=shutdown.target initrd-switch-root.target
[Service]
RuntimeDirectory=sshd
ExecStart=/usr/sbin/sshd -D -e -f /etc/ssh/sshd_config
KillMode=process
Restart=always
"""
SSHD_CONFIG = """\
UsePAM no
Port {port}
PasswordAuthentication no
KbdInteractiveAuthentication no
AuthorizedKeysFile /etc/ssh/authorized_keys.d/%u
HostKey /etc/ssh/ssh_host_ed25519_key
"""


def host(of: Host, keys: Path) -> Archive:
    """Give what the boot loader would load: all that is needed to ask for the passphrase."""
    made = Archive()
    files.add_name(made, of.name)
    made.file("etc/initrd-release", "NAME=lab\n")
    made.file("etc/crypttab", f"system {layout.LUKS}/disk-system-luks none luks\n")
    made.file("etc/passwd", USERS)
    made.file("etc/shells", f"{AGENT}\n")
    disk = of.options("disk")
    made.file("etc/ssh/sshd_config", SSHD_CONFIG.format(port=disk["unlockPort"]))
    made.file("etc/ssh/ssh_host_ed25519_key", (keys / "stage1").read_bytes(), 0o600)
    allowed = disk["unlockKeys"] or of.services["sshd"]["authorizedKeys"]
    made.file("etc/ssh/authorized_keys.d/root", "".join(f"{key}\n" for key in allowed))
    files.add_unit(made, "sshd.service", SSHD, target="initrd.target")
    public = of.interfaces()[0]
    files.add_address(made, public.name, str(public.address), "initrd.target")
    return made


def operator(of: Host, keys: Path) -> Archive:
    """Give the machine of whoever unlocks the host, at the address of the host's router."""
    made = Archive()
    files.add_name(made, "operator")
    files.add_shell(made)
    public = of.interfaces()[0]
    address = f"{public.gateway}/{public.address.network.prefixlen}"
    files.add_address(made, public.name, address)
    for name in ("operator", "stranger"):
        made.file(f"root/.ssh/{name}", (keys / name).read_bytes(), 0o600)
    port = of.options("disk")["unlockPort"]
    known = f"[{public.address.ip}]:{port} {(keys / 'stage1.pub').read_text()}"
    made.file("root/.ssh/known_hosts", known)
    made.file("usr/local/bin/unlock", (STORY / "unlock.sh").read_bytes(), 0o755)
    made.file("etc/rampart/host.json", of.text)
    return made
