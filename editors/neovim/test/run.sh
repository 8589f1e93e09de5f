#!/bin/bash
# The story in real Neovims, newest and 0.10, each in a home of its own; one line per check.
# usage: SERVER="command of flux-lsp" API_URL=http://127.0.0.1:PORT [EDITORS=folder] editors/neovim/test/run.sh
# API_URL is a fake Messages API that plays tests/editors/story.py. Never touches the network or the real home.
set -uo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../../.." && pwd)
EDITORS=${EDITORS:-$ROOT/.cache/editors}
: "${SERVER:?the command of flux-lsp}" "${API_URL:?the address of a fake Messages API}"

# play NVIM SCRIPT [NAME=VALUE…]
play() {
  local nvim=$1 script=$2 home; shift 2
  home=$(mktemp -d)
  "$ROOT/tests/editors/workspace.sh" "$home/shop"
  (cd "$home/shop" && timeout 150 env -i PATH="$PATH" HOME="$home" TERM=dumb LANG=C.UTF-8 \
    XDG_CONFIG_HOME="$home/config" XDG_DATA_HOME="$home/share" XDG_STATE_HOME="$home/state" XDG_CACHE_HOME="$home/cache" \
    FLUX_DATA_DIR="$home/flux" API_URL="$API_URL" SERVER="$SERVER" "$@" \
    "$EDITORS/bin/$nvim" --headless --clean -l "$HERE/$script" 2>"$home/stderr")
  local code=$?
  if [ $code -ne 0 ]; then
    echo "FAIL $nvim $script ended with $code"
    tail -5 "$home/stderr"; tail -20 "$home/flux/log/flux-lsp.log" 2>/dev/null | cut -c1-300
  fi
  rm -rf "$home"
  return $code
}

BOX=$(mktemp -d)
trap 'rm -rf "$BOX"' EXIT
EDITOR_NAME=Neovim
source "$ROOT/tests/editors/lib.sh"
shim "$BOX/bin"
PATH=$BOX/bin:$PATH
KEY="ANTHROPIC_BASE_URL=$API_URL ANTHROPIC_API_KEY=test"
# without NVIM NAME SCRIPT [NAME=VALUE…]: with the set-up page's lines called NAME
without() {
  local nvim=$1 name=$2 script=$3; shift 3
  python3 "$ROOT/tests/editors/snippet.py" "$ROOT/docs/editors/neovim.md" "$name" >"$BOX/$name.lua" &&
    play "$nvim" "$script" NO_PLUGIN=1 SNIPPET="$BOX/$name.lua" "$@"
}

failed=0 number=0
for nvim in nvim nvim-0.10; do
  number=$((number + 1))
  play $nvim story.lua $KEY GATE=hold$number LAST=hold1$number || failed=1
  play $nvim no_key.lua || failed=1
  play $nvim several.lua $KEY || failed=1
  play $nvim agents.lua $KEY || failed=1
  name=no-plugin; [ $nvim = nvim ] || name=no-plugin-0.10
  without $nvim $name no_plugin.lua $KEY GATE=hold$((number + 2)) || failed=1
  without $nvim $name no_key.lua || failed=1
  without $nvim $name several.lua $KEY || failed=1
  without $nvim $name agents.lua $KEY || failed=1
done
exit $failed
