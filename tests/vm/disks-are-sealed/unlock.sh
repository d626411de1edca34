#!/usr/bin/env bash
# unlock ADDRESS PORT KEY < passphrase: logs in to stage 1 and answers the prompt, as a person does.
set -euo pipefail
passphrase=$(cat)
coproc login {
  ssh -tt -o BatchMode=yes -o IdentitiesOnly=yes -o ConnectTimeout=20 -i "$3" -p "$2" "root@$1" 2>&1
}
ended=$login_PID
said=""
# The prompt has no newline, so it is read letter by letter.
while [[ $said != *assphrase*:* ]]; do
  if ! IFS= read -r -N 1 -t 120 letter <&"${login[0]}"; then
    echo "no prompt: $said" >&2
    exit 1
  fi
  said+=$letter
done
printf '%s\n' "$passphrase" >&"${login[1]}"
wait "$ended"
