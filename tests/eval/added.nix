# Keys that nixpkgs adds to what Rust rendered, each looked at. Regular expressions over `<unit>.<key>`.
[
  # Strong algorithms of the release, and defaults of OpenSSH itself.
  "sshd\\.settings\\.(Ciphers|KexAlgorithms|Macs)"
  "sshd\\.settings\\.(AuthorizedPrincipalsFile|GatewayPorts|LogLevel|PrintMotd|StrictModes|UseDns|UsePAM)"

  # An empty table: the server takes it for "no Redis".
  "livekit\\.redis"

  # Without an address there is no TCP listener for it, and with one the environment of the unit says the port.
  "tuwunel\\.global\\.port"

  # How the server is run. `save` is empty, so `dbfilename` is never written: what lasts is in the file that we ask for.
  "redis-[a-z0-9-]+\\.settings\\.(daemonize|databases|dbfilename|save|supervised)"
  "redis-[a-z0-9-]+\\.settings\\.(logfile|loglevel|maxclients|slowlog-log-slower-than|slowlog-max-len|syslog-enabled)"

  # Ports of the second listeners, which need a second address of one family, and of the console, which `no-cli` closes.
  "coturn\\.settings\\.(alt-listening-port|alt-tls-listening-port|cli-ip|cli-port)"
]
