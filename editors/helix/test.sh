#!/bin/bash
# The story in a real Helix in tmux, no plugin, in a home of its own; one line per check.
# usage: SERVER="command of flux-lsp" API_URL=http://127.0.0.1:PORT [EDITORS=folder] editors/helix/test.sh
# API_URL is a fake Messages API that plays tests/editors/story.py. Never touches the network or the real home.
set -uo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
EDITORS=${EDITORS:-$ROOT/.cache/editors}
: "${SERVER:?the command of flux-lsp}" "${API_URL:?the address of a fake Messages API}"
source "$ROOT/tests/editors/lib.sh"

EDITOR_NAME=$("$EDITORS/bin/hx" --version)
BOX=$(mktemp -d)
trap 'tm kill-server 2>/dev/null; rm -rf "$BOX"' EXIT
terminal "flux-helix-$$"
shim "$BOX/bin"

configure() {  # the set-up page's own lines, with a checker in the place of the person's server
  mkdir -p "$BOX/config/helix"
  python3 "$ROOT/tests/editors/snippet.py" "$ROOT/docs/editors/helix.md" helix | sed 's/"pyright"/"checker"/' >"$BOX/config/helix/languages.toml"
  printf '[language-server.checker]\ncommand = "python3"\nargs = ["%s"]\n' "$ROOT/tests/editors/checker.py" >>"$BOX/config/helix/languages.toml"
}

# start FILE [NAME=VALUE…]: Helix on FILE of a fresh workspace
start() {
  local file=$1; shift
  rm -rf "$BOX/shop"
  "$ROOT/tests/editors/workspace.sh" "$BOX/shop"
  tm new-session -d -x 110 -y 30 -c "$BOX/shop" env -i PATH="$BOX/bin:$PATH" HOME="$BOX" TERM=tmux-256color COLORTERM=truecolor LANG=C.UTF-8 \
    XDG_CONFIG_HOME="$BOX/config" XDG_CACHE_HOME="$BOX/cache" FLUX_DATA_DIR="$BOX/flux" "$@" "$EDITORS/bin/hx" --log "$BOX/hx.log" "$file"
  eventually shows "$(basename "${file%%:*}")"
}
with_key() { start "$1" ANTHROPIC_BASE_URL="$API_URL" ANTHROPIC_API_KEY=test; }
leave() { keys Escape Escape ":$1!" Enter; eventually gone; }

# menu WORDS: opens the code actions until one with WORDS is listed
menu() {
  local end=$((SECONDS + 20))
  until keys Space a && WITHIN=2 eventually shows "$1"; do
    keys Escape
    [ $SECONDS -lt $end ] || return 1
  done
}
# choose WORDS: picks that entry; the first one is selected when the menu opens
choose() {
  menu "$1" || return 1
  local above; above=$(screen | grep -E 'Flux:|Checker:' | grep -nF -- "$1" | head -1 | cut -d: -f1)
  for _ in $(seq 2 "${above:-1}"); do keys Down; done
  keys Enter
}
same() { cmp -s "$1" "$2"; }
holds() { grep -qF -- "$2" "$1" 2>/dev/null; }
lacks() { ! holds "$@"; }

editing() {
  with_key shout.py:4
  cp "$BOX/shop/shout.py" "$BOX/original"
  check 'a comment directive is in the menu' menu 'Flux: shout'
  keys Escape
  choose 'Flux: shout'
  check 'edit by directive, behind non-BMP text' eventually shows 'HELLO'
  keys ':w' Enter
  check 'the directive went away' eventually lacks "$BOX/shop/shout.py" 'flux:'
  keys u ':w' Enter
  check 'one undo restores the bytes' eventually same "$BOX/shop/shout.py" "$BOX/original"
  leave q
}

menu_and_fix() {
  with_key app.py:6:18  # on it: Helix tells a server only of what lies under the selection
  eventually shows '●'
  check 'fix is offered for what another server reports' menu 'Flux: fix undefined'
  check "ours come after the other server's" eval 'screen | grep -E "Flux:|Checker:" | head -1 | grep -q Checker:'
  keys Escape
  choose 'Flux: fix'
  keys ':w' Enter
  check 'fixes a diagnostic' eventually eval 'keys ":w" Enter; holds "$BOX/shop/app.py" "in prices:"'
  leave q
}

explaining() {
  with_key app.py:11
  keys w  # as every motion does, it leaves a word selected
  check 'a selected word means the function around it' menu 'Flux: explain `greet`'
  keys Escape
  choose 'Flux: explain'
  check 'explain shows its first sentence' eventually shows 'greets'
  keys Space k
  check 'and all of it as the hover' eventually shows 'nothing is printed'
  keys Escape ':w' Enter
  eventually shows 'written' # Helix empties the file before it writes it
  check 'and edits nothing' lacks "$BOX/shop/app.py" greets
  leave qa
}

untouched() { same "$BOX/shop/callers.py" "$BOX/before/callers.py" && same "$BOX/shop/spread.py" "$BOX/before/spread.py"; }
# the callers are shown once the project is indexed, which the first run of all begins
indexed() { (cd "$BOX/shop" && HOME="$BOX" XDG_CONFIG_HOME="$BOX/config" FLUX_DATA_DIR="$BOX/flux" "$BOX/bin/flux-lsp" doctor --json || true) | python3 -c 'import json, sys; sys.exit(json.load(sys.stdin)["index"]["state"] != "complete")'; }
reviewing() {  # a signature changes, and its callers in a file that is not open follow
  with_key spread.py:1
  check 'the runs before have indexed the project' eventually indexed
  cp -r "$BOX/shop" "$BOX/before"
  choose 'Flux: spread'
  check 'a change of several files waits, and says where' eventually shows 'Flux: open the code actions'
  check 'the menu has each change of the other file too' menu 'Flux: accept change 3 of 4 in callers.py'
  keys Escape
  keys Space k
  check 'the hover shows it as a diff' eventually shows 'flux: spread'
  keys Escape ':wa' Enter
  check 'looking changes nothing' untouched
  choose 'Flux: accept change 3'
  check 'one change of the other file is accepted' eventually eval 'keys ":wa" Enter; holds "$BOX/shop/callers.py" "Ada\", "'
  check 'and it alone' eval 'lacks "$BOX/shop/callers.py" "Eve\", " && lacks "$BOX/shop/spread.py" "+ end"'
  choose 'Flux: accept all 3'
  check 'the rest of both files follows' eventually eval 'keys ":wa" Enter; holds "$BOX/shop/callers.py" "Eve\", " && holds "$BOX/shop/spread.py" "+ end" && lacks "$BOX/shop/spread.py" "flux:"'
  keys u ':buffer-next' Enter u u ':wa' Enter
  check 'undo brings both files back' eventually untouched
  leave qa
}

testing() {
  with_key app.py:11
  choose 'Flux: write tests'
  check 'makes a test file' eventually eval 'keys Escape ":wa" Enter; holds "$BOX/shop/tests/test_app.py" "names_the_person"'
  leave qa
}

cancelling() {
  with_key stall.py:4
  local before; before=$(calls)
  cp "$BOX/shop/stall.py" "$BOX/original"
  choose 'Flux: stall'
  eventually called_since "$before"
  choose 'Flux: cancel'
  check "cancel in mid-stream closes the model's stream" eventually stream_closed
  keys Escape ':w' Enter
  eventually shows 'written' # Helix empties the file before it writes it
  check 'and leaves the buffer' same "$BOX/shop/stall.py" "$BOX/original"
  leave q
}

typing() {
  with_key hold.py:4
  local before; before=$(calls)
  choose 'Flux: hold'
  eventually called_since "$before"
  keys g g O '# typed above' Escape g e o '# typed below' Escape
  eventually shows '# typed below' && eventually shows ' NOR '
  api POST /_fake/release/hold >/dev/null
  check 'the edit arrives while one types' eventually shows HELLO
  keys ':w' Enter
  check 'and what was typed is kept' eventually eval 'holds "$BOX/shop/hold.py" "# typed above" && holds "$BOX/shop/hold.py" "# typed below"'
  leave q
}

refusing() {
  with_key refuse.py:4
  cp "$BOX/shop/refuse.py" "$BOX/original"
  choose 'Flux: refuse'
  check 'a refused answer shows why' eventually shows 'declined'
  keys Escape ':w' Enter
  eventually shows 'written' # Helix empties the file before it writes it
  check 'and leaves the buffer' same "$BOX/shop/refuse.py" "$BOX/original"
  leave q
}

# written FILE WORDS, restored FILE: whether the buffer, saved, holds them, or is what it was
written() { keys ':w' Enter; holds "$BOX/shop/$1" "$2"; }
restored() { keys ':w' Enter; same "$BOX/shop/$1" "$BOX/original"; }
marks() { [ "$(screen | grep -cE '^ ?● ')" -eq "$1" ]; }
reviewed_by_an_agent() {
  with_key look.py:4
  cp "$BOX/shop/look.py" "$BOX/original"
  check 'an agent by directive is in the menu' choose 'Flux: @code-reviewer look'
  check 'its findings are diagnostics' eventually marks 2
  keys ':6' Enter  # on it: Helix tells a server only of what lies under the selection
  check 'a finding with a fix offers it' choose 'Flux: fix “shout at once”'
  check 'which edits' eventually written look.py HELLO
  check 'and the finding is gone' eventually marks 1
  keys ':5' Enter
  check 'another one is dismissed' choose 'Flux: dismiss “Too quiet: def greet'
  check 'and gone' eventually marks 0
  keys u
  check 'one undo takes the fix back' eventually restored look.py
  leave q
}

edited_by_an_agent() {
  with_key agent.py:4
  cp "$BOX/shop/agent.py" "$BOX/original"
  choose 'Flux: @python-pro shout'
  check 'an agent that edits does so' eventually written agent.py HELLO
  check 'and its directive goes away' eventually lacks "$BOX/shop/agent.py" 'flux:'
  keys u
  check 'and one undo takes it back' eventually restored agent.py
  leave q
}

mended_by_a_pipeline() {
  with_key mend.py:4
  local before; before=$(calls)
  cp "$BOX/shop/mend.py" "$BOX/original"
  check 'a pipeline by directive is in the menu' choose 'Flux: @troubleshoot-fix-test mend'
  check 'its change of two files waits for a yes' eventually shows 'Flux: open the code actions'
  check 'after a call for each step' [ "$(calls)" -eq $((before + 3)) ]
  check 'and nothing is made yet' [ ! -e "$BOX/shop/tests/test_mend.py" ]
  choose 'Flux: accept all'
  check 'a yes makes it in both' eventually eval 'keys Escape ":wa" Enter; holds "$BOX/shop/mend.py" HELLO && holds "$BOX/shop/tests/test_mend.py" "from mend"'
  keys ':open mend.py' Enter u
  check 'one undo takes all steps back' eventually restored mend.py
  leave qa
}

without_key() {
  start app.py:11
  check 'without a key it says what to do' eventually shows 'ANTHROPIC_API_KEY'
  leave q
}

configure
editing; menu_and_fix; explaining; testing; cancelling; typing; refusing; without_key; reviewing
reviewed_by_an_agent; edited_by_an_agent; mended_by_a_pipeline
server_log "$BOX/flux"
exit $FAILED
