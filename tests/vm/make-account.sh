#!/usr/bin/env bash
# make-account NAME PASSWORD [admin]: an account made by the administrator of a host with Tuwunel.
# The server's own console commands at start are the way. They go through the environment of one start: a drop-in
# below /run that is gone before this ends, and so is the process that had it.
set -euo pipefail
umask 077
commands=("users create-user $1 $2")
if [[ ${3:-} == admin ]]; then
  commands+=("users make-user-admin $1")
fi
folder=/run/systemd/system/tuwunel.service.d
environment=/run/make-account.env
mkdir -p "$folder"
trap 'rm -rf "$folder" "$environment"; systemctl daemon-reload; systemctl restart tuwunel.service' EXIT
list=$(printf ',"%s"' "${commands[@]}")
printf "TUWUNEL_ADMIN_EXECUTE='[%s]'\n" "${list#,}" > "$environment"
# A file, because the unit has one with the same variable for its own administrator, and a file wins over `Environment=`.
printf '[Service]\nEnvironmentFile=%s\n' "$environment" > "$folder/account.conf"
systemctl daemon-reload
systemctl restart tuwunel.service

# It is up before it has carried the commands out.
identifier="{\"type\":\"m.id.user\",\"user\":\"$1\"}"
login="{\"type\":\"m.login.password\",\"identifier\":$identifier,\"password\":\"$2\"}"
for _ in {1..300}; do
  if curl --silent --fail --output /dev/null --unix-socket /run/tuwunel/tuwunel.sock -H 'X-Forwarded-For: 127.0.0.1' \
    -H 'Content-Type: application/json' --data "$login" http://localhost/_matrix/client/v3/login; then
    exit 0
  fi
  sleep 0.2
done
echo "make-account: $1 cannot log in after a minute" >&2
exit 1
