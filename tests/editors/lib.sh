# What the suites in terminals share: checks that print one line each, bounded waiting, a screen, the fake API.
# Sourced; wants EDITORS, SERVER, API_URL and EDITOR_NAME.
FAILED=0

# check WHAT COMMAND…: one line by whether COMMAND succeeds; on failure shows the screen when there is one
check() {
  local what=$1; shift
  if "$@"; then echo "ok   $EDITOR_NAME: $what"; return 0; fi
  FAILED=1
  echo "FAIL $EDITOR_NAME: $what"
  screen | sed 's/^/     | /'
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

# terminal SOCKET: the editor's screen is a tmux of its own from here on
terminal() { TMUX_SOCKET=$1; }
tm() { "$EDITORS/bin/tmux" -L "$TMUX_SOCKET" -f /dev/null "$@"; }
screen() { tm capture-pane -p 2>/dev/null; }
shows() { screen | grep -qF -- "$1"; }
gone() { ! tm has-session 2>/dev/null; }
# keys KEY…: each with a pause after Escape, so that no terminal takes it for Alt
keys() { for key in "$@"; do tm send-keys "$key"; [ "$key" != Escape ] || sleep 0.3; done; }

# shim FOLDER: the server under the name that the set-up pages use
shim() {
  mkdir -p "$1"
  printf '#!/bin/sh\nexec %s "$@"\n' "$SERVER" >"$1/flux-lsp"
  chmod +x "$1/flux-lsp"
}

# server_log DATA_FOLDER: what the server said last, for a suite that has failed
server_log() { [ $FAILED -eq 0 ] || tail -30 "$1/log/flux-lsp.log" 2>/dev/null | cut -c1-300 | sed 's/^/     log: /'; }

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
