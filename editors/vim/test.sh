#!/bin/bash
# Vim with ALE in tmux, with the set-up page's own lines; ALE takes no edits, so Flux writes patches.
# usage: SERVER="command of flux-lsp" API_URL=http://127.0.0.1:PORT [EDITORS=folder] editors/vim/test.sh
# API_URL is a fake Messages API that plays tests/editors/story.py. Never touches the network or the real home.
set -uo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
EDITORS=${EDITORS:-$ROOT/.cache/editors}
: "${SERVER:?the command of flux-lsp}" "${API_URL:?the address of a fake Messages API}"
source "$ROOT/tests/editors/lib.sh"

EDITOR_NAME="Vim with ALE"
BOX=$(mktemp -d)
trap 'tm kill-server 2>/dev/null; rm -rf "$BOX"' EXIT
terminal "flux-vim-$$"
shim "$BOX/bin"

page() { python3 "$ROOT/tests/editors/snippet.py" "$ROOT/docs/editors/vim.md" "$1"; }
mkdir -p "$BOX/.vim/ale_linters/python"
page ale >"$BOX/.vim/ale_linters/python/flux.vim"
{
  page vimrc
  echo "set nocompatible shortmess+=I | set rtp^=$EDITORS/trixie/usr/share/vim-ale,$BOX/.vim | filetype plugin on | runtime! plugin/ale.vim"
  echo "let g:ale_linters = {'python': ['flux']}"
} >"$BOX/vimrc"

KEYED="ANTHROPIC_BASE_URL=$API_URL ANTHROPIC_API_KEY=test"
# start FILE
start() {
  rm -rf "$BOX/shop" "$BOX/flux"
  "$ROOT/tests/editors/workspace.sh" "$BOX/shop"
  mkdir "$BOX/shop/.git"
  tm new-session -d -x 150 -y 30 -c "$BOX/shop" env -i PATH="$BOX/bin:$PATH" HOME="$BOX" TERM=tmux-256color LANG=C.UTF-8 \
    FLUX_DATA_DIR="$BOX/flux" $KEYED "$EDITORS/bin/vim" -u "$BOX/vimrc" "$1"
  eventually shows "$1"
}
leave() { keys Escape Escape ':qa!' Enter; eventually gone; }

# choose LINE WORDS: opens ALE's menu on LINE until WORDS is listed, and picks it
choose() {
  local end=$((SECONDS + 20))
  until keys Escape "$1G" ':ALECodeAction' Enter && WITHIN=2 eventually shows "$2"; do
    keys Escape Enter
    [ $SECONDS -lt $end ] || return 1
  done
  keys "$(screen | grep -F -- "$2" | grep -oE '^[0-9]+' | head -1)" Enter
}
patched() { (cd "$BOX/shop" && patch -sp1 <"$(ls "$BOX"/flux/patches/*.patch)" && grep -q HELLO shout.py); }

same() { cmp -s "$BOX/shop/$1" "$BOX/original"; }
hit() { start "$1"; cp "$BOX/shop/$1" "$BOX/original"; choose 4 "Flux: ${1%.py}"; }  # its comment directive

editing() {
  start shout.py
  check 'a comment directive is in the menu' choose 4 'Flux: shout'
  check 'the change is written as a patch that is named' eventually shows 'takes no edits; apply'
  check 'and applies, behind non-BMP text' patched
  leave
}

explaining() {
  start app.py
  check 'the menu has edit, explain, document and tests' choose 11 'Flux: write tests for `greet`'
  check 'a test file is a patch too' eventually eval 'grep -qs names_the_person "$BOX"/flux/patches/*.patch'
  keys Enter
  choose 11 'Flux: explain'
  check 'explain shows its first line and where the rest is' eventually shows 'greets'
  check 'and edits nothing' eval '! grep -q greets "$BOX/shop/app.py"'
  leave
}

cancelling() {
  local before; before=$(calls)
  hit stall.py
  eventually called_since "$before"
  keys Enter
  check 'cancel is in the menu while a run goes on' choose 4 'Flux: cancel'
  check "cancel in mid-stream closes the model's stream" eventually stream_closed
  check 'and leaves the file' eval 'same stall.py && [ ! -e "$BOX/flux/patches" ]'
  leave
}

refusing() {
  hit refuse.py
  check 'a refused answer shows why' eventually shows 'declined'
  check 'and leaves the file' eval 'same refuse.py && [ ! -e "$BOX/flux/patches" ]'
  leave
}

without_key() {
  KEYED=""
  start app.py
  check 'without a key it says what to do' eventually shows 'ANTHROPIC_API_KEY'
  leave
}

editing; explaining; cancelling; refusing; without_key
server_log "$BOX/flux"
exit $FAILED
