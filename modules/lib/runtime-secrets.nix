# Secrets that a running host needs. The passphrase of its root is not among them: it opened the disk before the host ran,
# and the host that is taken over must not hold what opens its backups.
secrets: builtins.removeAttrs secrets [ "luks-system" ]
