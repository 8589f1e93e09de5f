#!/bin/bash
# The story in a real Emacs in batch, with the set-up page's own lines; one line per check.
# usage: SERVER="command of flux-lsp" API_URL=http://127.0.0.1:PORT [EDITORS=folder] editors/emacs/test.sh
# API_URL is a fake Messages API that plays tests/editors/story.py. Never touches the network or the real home.
set -uo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
EDITORS=${EDITORS:-$ROOT/.cache/editors}
: "${SERVER:?the command of flux-lsp}" "${API_URL:?the address of a fake Messages API}"
BOX=$(mktemp -d)
trap 'rm -rf "$BOX"' EXIT

EDITOR_NAME=Emacs
source "$ROOT/tests/editors/lib.sh"
shim "$BOX/bin"
for name in eglot lsp-mode; do
  python3 "$ROOT/tests/editors/snippet.py" "$ROOT/docs/editors/emacs.md" $name >"$BOX/$name.el" || exit 1
done
PACKAGES=()
for folder in "$EDITORS"/trixie/usr/share/emacs/site-lisp/elpa-src/*; do PACKAGES+=(-L "$folder"); done

KEY="ANTHROPIC_BASE_URL=$API_URL ANTHROPIC_API_KEY=test"
# eglot [NAME=VALUE…], lsp_mode [NAME=VALUE…]: the story with that client
eglot() { play "-l $HERE/helper.el -l $BOX/eglot.el -l $HERE/story.el" "$@"; }
lsp_mode() { play "-l $HERE/helper.el ${PACKAGES[*]} -l lsp-mode -l $BOX/lsp-mode.el -l $HERE/lsp-mode.el" "$@"; }
# play ARGUMENTS [NAME=VALUE…]: Emacs in a fresh workspace
play() {
  local arguments=$1; shift
  rm -rf "$BOX/shop"
  "$ROOT/tests/editors/workspace.sh" "$BOX/shop"
  (cd "$BOX/shop" && timeout 120 env -i PATH="$BOX/bin:$PATH" HOME="$BOX" LANG=C.UTF-8 API_URL="$API_URL" FLUX_DATA_DIR="$BOX/flux" "$@" \
    "$EDITORS/bin/emacs" --batch -Q $arguments 2>"$BOX/stderr")
  local code=$?
  [ $code -eq 0 ] || { echo "FAIL emacs ended with $code"; tail -q -n 8 "$BOX/stderr" "$BOX/flux/log/flux-lsp.log" | cut -c1-300; }
  return $code
}

failed=0
eglot $KEY || failed=1
eglot STORY="no key" || failed=1
lsp_mode $KEY || failed=1
lsp_mode STORY="no key" || failed=1
eglot STORY="several files" $KEY || failed=1
eglot STORY=agents $KEY || failed=1
# what was dismissed stays away: a memory of its own
lsp_mode STORY=agents $KEY FLUX_DATA_DIR="$BOX/other" || failed=1
exit $failed
