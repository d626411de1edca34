# Two people in a call, with LiveKit's own command: one publishes, the other listens for some seconds.
# Same input and output as tests/lab/clients/join_call.py, but it counts the tracks that arrive, and says so.
# Evaluated, never run here: it needs KVM and a binary cache.
call="$(cat)"
of() { jq --raw-output ".$1" <<< "$call"; }
log="$(mktemp)"
# Whoever would leave when enough was heard stays for this long.
seconds="$(jq 'if .enough then 15 else .seconds end' <<< "$call")"
timeout "$seconds" lk room join --url "$(of url)" --token "$(of listener)" > "$log" 2>&1 &
timeout "$seconds" lk room join --url "$(of url)" --token "$(of speaker)" --publish-demo > /dev/null 2>&1 || true
wait || true
tracks="$(grep --count --ignore-case 'track subscribed' "$log" || true)"
jq --null-input --argjson tracks "$tracks" '{heard: $tracks, counts: "tracks"}'
