#!/bin/bash
# Builds the extension, then plays the story inside the real extension host and through the .vsix's user interface.
# usage: [EDITORS=folder] [SERVER="command of flux-lsp"] [SHOTS=folder] editors/vscode/test/run.sh [TEST FILE…]
# EDITORS is what editors/setup.sh filled; each test starts its own fake Messages API. SHOTS keeps pictures of the
# main moments. Logs and pictures of the last run stand in test/.run. Never touches the network or the real home.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$HERE/.."
export EDITORS=${EDITORS:-$(realpath ../../.cache/editors)}
[ -x "$EDITORS/bin/code-server" ] || { echo "no code-server in $EDITORS: run editors/setup.sh first" >&2; exit 3; }
export PATH=$EDITORS/node/bin:$PATH

[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --silent >&2
mkdir -p test/.run
npm run --silent package >test/.run/package.log 2>&1 || { cat test/.run/package.log >&2; exit 1; }
[ $# -gt 0 ] || set -- test/exthost.test.mjs test/ui.test.mjs test/first-hour.test.mjs test/inplace.test.mjs test/agents.test.mjs
exec node --test --test-concurrency=1 --test-reporter=./test/reporter.mjs "$@"
