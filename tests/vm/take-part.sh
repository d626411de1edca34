# One person in a call, with LiveKit's own command, who listens, and publishes when there is something to say.
# Same input and output as tests/lab/clients/take_part.py, but it counts the tracks that arrive, and says so, and
# cannot tell what was read.
# Evaluated, never run here: it needs KVM and a binary cache.
person="$(cat)"
of() { jq --raw-output ".$1" <<< "$person"; }
log="$(mktemp)"
says="$(of says)"
publish=()
[ -z "$says" ] || publish=(--publish-demo)
# Whoever would leave by themselves stay for this long.
seconds="$(jq 'if .enough or .follows then 15 else .seconds end' <<< "$person")"
timeout "$seconds" lk room join --url "$(of url)" --token "$(of token)" "${publish[@]}" > "$log" 2>&1 || true
tracks="$(grep --count --ignore-case 'track subscribed' "$log" || true)"
jq --null-input --argjson tracks "$tracks" '{heard: $tracks, counts: "tracks", read: null}'
