# What the terminal suites share: checks that print one line each, bounded waiting, the fake API. Sourced.
FAILED=0

# check WHAT COMMAND…: one line by whether COMMAND succeeds; on failure shows the screen when there is one
check() {
  local what=$1; shift
  if "$@"; then echo "ok   $EDITOR_NAME: $what"; return 0; fi
  FAILED=1
  echo "FAIL $EDITOR_NAME: $what"
  declare -F screen >/dev/null && screen | sed 's/^/     | /'
  return 1
}

# eventually COMMAND…: polls until COMMAND succeeds, 20 seconds at most
eventually() {
  local end=$((SECONDS + ${WITHIN:-20}))
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.05
  done
}

# api METHOD PATH: asks the fake API; prints the body
api() {
  python3 -c 'import sys, urllib.request as u; print(u.urlopen(u.Request(sys.argv[2], method=sys.argv[1]), timeout=5).read().decode())' \
    "$1" "$API_URL$2"
}

# calls: how many requests the model has had; last_call: the newest one
calls() { api GET /_fake/requests | python3 -c 'import json, sys; print(len(json.load(sys.stdin)))'; }
last_call() { api GET /_fake/requests | python3 -c 'import json, sys; print(json.dumps((json.load(sys.stdin) or [{}])[-1], ensure_ascii=False))'; }
called_since() { [ "$(calls)" -gt "$1" ]; }
stream_closed() { last_call | grep -q '"disconnected": true'; }
