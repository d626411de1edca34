#!/usr/bin/env bash
# rampart-volumes LEVEL: a warning for each volume that is fuller than LEVEL percent, in space or in inodes.
# What writes there refuses its clients when it is full; this says so before.
set -euo pipefail
level=$1
# What is read-only is full by nature.
left_out=(squashfs erofs iso9660 efivarfs)
{ df --local --output=pcent,ipcent,target "${left_out[@]/#/--exclude-type=}" || true; } | tail -n +2 |
  while read -r space inodes target; do
    for used in "${space%\%}" "${inodes%\%}"; do
      if [[ $used =~ ^[0-9]+$ ]] && ((used > level)); then
        # systemd reads the number as the priority: a warning.
        echo "<4>$target is $used% full; from $level% on this is a warning. Make room, or make the volume larger."
        break
      fi
    done
  done
