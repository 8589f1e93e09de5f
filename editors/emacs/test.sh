#!/bin/bash
# The story in a real Emacs in batch, with the set-up page's own lines; one line per check.
# usage: SERVER="command of flux-lsp" WIDE_SERVER="command of tests/editors/wide_server.py" API_URL=http://127.0.0.1:PORT [EDITORS=folder] editors/emacs/test.sh
# API_URL is a fake Messages API that plays tests/editors/story.py. Never touches the network or the real home.
set -uo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
EDITORS=${EDITORS:-$ROOT/.cache/editors}
: "${SERVER:?the command of flux-lsp}" "${WIDE_SERVER:?the command of tests/editors/wide_server.py}" "${API_URL:?the address of a fake Messages API}"
BOX=$(mktemp -d)
trap 'rm -rf "$BOX"' EXIT

EDITOR_NAME=Emacs
source "$ROOT/tests/editors/lib.sh"
shim "$BOX/bin"
python3 "$ROOT/tests/editors/snippet.py" "$ROOT/docs/editors/emacs.md" eglot >"$BOX/init.el" || exit 1

# play [NAME=VALUE…]
play() {
  rm -rf "$BOX/shop"
  "$ROOT/tests/editors/workspace.sh" "$BOX/shop"
  (cd "$BOX/shop" && timeout 120 env -i PATH="$BOX/bin:$PATH" HOME="$BOX" LANG=C.UTF-8 API_URL="$API_URL" FLUX_DATA_DIR="$BOX/flux" "$@" \
    "$EDITORS/bin/emacs" --batch -Q -l "$BOX/init.el" -l "$HERE/story.el" 2>"$BOX/stderr")
  local code=$?
  [ $code -eq 0 ] || { echo "FAIL emacs ended with $code"; tail -8 "$BOX/stderr" "$BOX/flux/log/flux-lsp.log" | cut -c1-300; }
  return $code
}

failed=0
play ANTHROPIC_BASE_URL="$API_URL" ANTHROPIC_API_KEY=test || failed=1
play STORY="no key" || failed=1
shim "$BOX/bin" "$WIDE_SERVER"
play STORY="several files" ANTHROPIC_BASE_URL="$API_URL" ANTHROPIC_API_KEY=test || failed=1
exit $failed
